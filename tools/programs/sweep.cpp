// tools/sweep: trains a model in several sizes, and leaves their runs, a table and a picture.
#include <tools/sweeps/sweep.hpp>
#include <tools/training/program.hpp>

namespace ebb::tools {

namespace {

const char* const program = "tools/sweep";

int run(int count, char** arguments) {
  const std::optional<SweepCommand> command = parse_sweep_command(count, arguments);
  if (!command) return exit_code::done;
  begin_work(program, command->options.threads, command->options.quiet);
  Progress progress(command->options.quiet);
  return sweep(*command, progress);
}

}  // namespace

}  // namespace ebb::tools

int main(int count, char** arguments) {
  using namespace ebb::tools;
  return run_main(program, [&] { return run(count, arguments); });
}
