// tools/train: trains a model and leaves a folder with its weights, metrics and pictures.
#include <fmt/format.h>
#include <sched.h>

#include <csignal>
#include <nn/data/digits.hpp>
#include <nn/data/idx.hpp>
#include <tensor/error.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/common/memory.hpp>
#include <tools/common/progress.hpp>
#include <tools/common/terminal.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

namespace {

const char* const program = "tools/train";

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
    say(program,
        fmt::format("threads: the system allows {} of {} (ulimit -u, ulimit -v); going on with {}",
                    have, wanted, have),
        exit_code::done);
}

int run(int count, char** arguments) {
  const std::optional<TrainOptions> options = parse_train_options(count, arguments);
  if (!options) return exit_code::done;
  check_instruction_set();
  RunFolder::require_new(options->out);  // before the data, which may take a while
  listen_to_signals(interruptions);
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond its limit is an error to report, not a death
  start_threads(*options);
  const ebb::nn::ImageSplits data = load_data(*options);
  if (interruptions) throw Interrupted("interrupted before the first step; nothing was written");
  const std::string memory = check_memory(
      *options, make_task(*options, data.train.image_size())->model(), data, available_bytes());
  const RunFolder folder(options->out, options->model);
  Progress(options->quiet).print(memory);
  train(*options, data, folder);
  return exit_code::done;
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
    return say(program, error.what(), exit_code::wrong_usage);
  } catch (const DataError& error) {
    return say(program, error.what(), exit_code::bad_data);
  } catch (const Diverged& error) {
    return say(program, error.what(), exit_code::diverged);
  } catch (const Interrupted& error) {
    return say(program, error.what(), exit_code::interrupted);
  } catch (const std::bad_alloc&) {
    return say(program, "memory: the system has no more; try smaller images or a smaller --limit",
               exit_code::failed);
  } catch (const std::exception& error) {
    return say(program, error.what(), exit_code::failed);
  }
}
