// tools/train: trains a model and leaves a folder with its weights, metrics and pictures.
#include <fmt/format.h>
#include <unistd.h>

#include <nn/data/digits.hpp>
#include <nn/data/idx.hpp>
#include <tensor/error.hpp>
#include <tensor/parallel.hpp>
#include <tools/trainer.hpp>

namespace {

enum Exit { done = 0, failed = 1, wrong_usage = 2, bad_data = 3, diverged = 4, interrupted = 130 };

int say(const char* what, int status) {
  fmt::print(stderr, "tools/train: {}\n", what);
  return status;
}

// The first signal lets the step finish, the second quits at once.
void on_signal(int) {
  if (interruptions) _exit(interrupted);
  interruptions = interruptions + 1;
}

void listen_to_signals() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond its limit is an error to report, not a death
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
      data = ebb::nn::load_mnist(options.data);
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

int run(int count, char** arguments) {
  const std::optional<TrainOptions> options = parse_train_options(count, arguments);
  if (!options) return done;
  if (options->threads > 0) ebb::set_threads(options->threads);
  const ebb::nn::ImageSplits data = load_data(*options);
  const RunFolder folder(options->out, options->model);
  listen_to_signals();
  train(*options, data, folder);
  return interruptions ? interrupted : done;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count, arguments);
  } catch (const UsageError& error) {
    return say((std::string(error.what()) + "; try --help").c_str(), wrong_usage);
  } catch (const DataError& error) {
    return say(error.what(), bad_data);
  } catch (const Diverged& error) {
    return say(error.what(), diverged);
  } catch (const std::exception& error) {
    return say(error.what(), failed);
  }
}
