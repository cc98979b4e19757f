// tools/train: trains a model and leaves a folder with its weights, metrics and pictures.
#include <fmt/format.h>
#include <sched.h>

#include <csignal>
#include <tensor/error.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/common/memory.hpp>
#include <tools/common/progress.hpp>
#include <tools/common/terminal.hpp>
#include <tools/training/command.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/optimizers.hpp>
#include <tools/training/reporters/reporters.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

namespace {

const char* const program = "tools/train";

// EBB_ISA is an option, too: a wrong one must be found before the folder is made.
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
  int wanted = static_cast<int>(options.threads);
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

// How many numbers a run remembers of each weight: twice, as it keeps a copy to go back to. The
// best weights are kept once, and while they are shown the model's own.
int remembered_numbers(const TrainOptions& options) {
  return optimizer_states(options) + (options.average ? 1 : 0) + (options.keep == "best" ? 1 : 0);
}

// The line that says what the run takes of the memory.
std::string fits(const TrainOptions& options, const Datasets& data, const nn::Module& model) {
  try {
    return check_memory(model,
                        {.example = data.train->examples().shape().count(),
                         .batch = std::min(options.batch_size, data.train->count()),
                         .states = remembered_numbers(options)},
                        available_bytes(), "--hidden, --latent or --batch-size, or smaller images");
  } catch (const MemoryError& error) {
    throw UsageError(error.what());
  }
}

int run(int count, char** arguments) {
  const std::optional<Command> command = parse_train_command(count, arguments);
  if (!command) return exit_code::done;
  const TrainOptions& options = command->options;
  Recipe& recipe = *command->recipe;
  check_instruction_set();
  const bool resumes = !command->resume.empty();
  if (!resumes) RunFolder::require_new(options.out);  // before the data, which may take a while
  listen_to_signals(interruptions);
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond its limit becomes an error to report
  start_threads(options);
  std::optional<RunFolder> folder;
  if (resumes) folder.emplace(RunFolder::existing, command->resume);
  const Datasets data = load_datasets(options);
  if (!command->config.is_null()) require_same_files(data, command->config);
  if (interruptions) throw Interrupted("interrupted before the first step; nothing was written");
  recipe.build(data.train->examples());
  const std::string memory = fits(options, data, recipe.model());
  if (!resumes) folder.emplace(options.out, recipe.name());
  Progress progress(options.quiet);
  for (const std::string& note : data.notes) progress.print(note);
  progress.print(memory);
  const Run run = {options, data, *folder, recipe, resumes};
  train(run, all_reporters(run, progress));
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
