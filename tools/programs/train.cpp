// tools/train: trains a model and leaves a folder with its weights, metrics and pictures.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <nn/data/digits.hpp>
#include <nn/data/idx.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/common/memory.hpp>
#include <tools/common/progress.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

namespace {

enum Exit { done = 0, failed = 1, wrong_usage = 2, bad_data = 3, diverged = 4, interrupted = 130 };

// One line, whatever names of files and options hold.
int say(const std::string& what, int status) {
  std::fputs(("tools/train: " + ebb::nn::printable(what) + "\n").c_str(), stderr);
  return status;
}

double now() {
  timespec time = {};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// The first signal lets the step finish, the second quits at once. timeout(1) sends its one signal
// twice within microseconds, to the program and to its group: that counts as one. Of a terminal
// that is closed both the shell and the system may tell, at any distance.
void on_signal(int signal) {
  static double first = 0;
  if (interruptions == 0) {
    first = now();
    interruptions = 1;
  } else if (signal != SIGHUP && now() - first > 0.02) {
    _exit(interrupted);
  }
}

void listen_to_signals() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction before = {};
  sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // nohup(1) ignores it
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond its limit is an error to report, not a death
}

// A file that is opened later must not get the number of a stream that is closed: what is printed
// there would land in it.
void open_closed_streams() {
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", O_RDWR);
}

struct DataError final : std::runtime_error {
  using std::runtime_error::runtime_error;
};

ebb::nn::ImageSplits load_data(const TrainOptions& options) {
  ebb::nn::ImageSplits data;
  if (options.data.empty()) {
    data = ebb::nn::draw_digits();
  } else {
    try {
      data = ebb::nn::load_mnist(options.data, {.require_labels = false});
    } catch (const ebb::Error& error) {
      throw DataError(error.what());
    }
  }
  if (options.limit > data.train.count())
    throw UsageError(fmt::format("--limit: {} images, but there are {} to train on", options.limit,
                                 data.train.count()));
  if (options.limit > 0) data.train = data.train.first(options.limit);
  return data;
}

// EBB_ISA is an option, too: a wrong one is to be found before there is a folder.
void check_instruction_set() {
  try {
    ebb::kernels_in_use();
  } catch (const ebb::Error& error) {
    throw UsageError(error.what());
  }
}

// Sets the number of threads, and says where the system allows fewer.
void start_threads(const TrainOptions& options) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  int wanted = options.threads;
  if (wanted > 0)
    ebb::set_threads(wanted);
  else if (sched_getaffinity(0, sizeof cores, &cores) == 0)
    wanted = CPU_COUNT(&cores);
  const int have = ebb::threads();
  if (have < wanted && !options.quiet)
    say(fmt::format("threads: the system allows {} of {} (ulimit -u, ulimit -v); going on with {}",
                    have, wanted, have),
        done);
}

int run(int count, char** arguments) {
  const std::optional<TrainOptions> options = parse_train_options(count, arguments);
  if (!options) return done;
  check_instruction_set();
  RunFolder::require_new(options->out);  // before the data, which may take a while
  listen_to_signals();
  start_threads(*options);
  const ebb::nn::ImageSplits data = load_data(*options);
  if (interruptions) throw Interrupted("interrupted before the first step; nothing was written");
  const std::string memory = check_memory(
      *options, make_task(*options, data.train.image_size())->model(), data, available_bytes());
  const RunFolder folder(options->out, options->model);
  Progress(options->quiet).print(memory);
  train(*options, data, folder);
  return done;
}

}  // namespace

}  // namespace ebb::tools

int main(int count, char** arguments) {
  using namespace ebb::tools;
  open_closed_streams();
  std::signal(SIGPIPE, SIG_IGN);  // what nobody reads is lost; the results are in the folder
  try {
    return run(count, arguments);
  } catch (const UsageError& error) {
    return say(error.what(), wrong_usage);
  } catch (const DataError& error) {
    return say(error.what(), bad_data);
  } catch (const Diverged& error) {
    return say(error.what(), diverged);
  } catch (const Interrupted& error) {
    return say(error.what(), interrupted);
  } catch (const std::bad_alloc&) {
    return say("memory: the system has no more; try smaller images or a smaller --limit", failed);
  } catch (const std::exception& error) {
    return say(error.what(), failed);
  }
}
