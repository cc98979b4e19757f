// tools/report: writes a page about trained models.
#include <csignal>
#include <tools/common/terminal.hpp>
#include <tools/page/report.hpp>
#include <tools/training/program.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

namespace {

const char* const program = "tools/report";

int run(int count, char** arguments) {
  const std::optional<ReportOptions> options = parse_report_command(count, arguments);
  if (!options) return exit_code::done;
  check_instruction_set();
  listen_to_signals(interruptions);
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond its limit becomes an error to report
  start_threads(program, options->threads, options->quiet);
  Progress progress(options->quiet);
  write_report(*options, progress);
  return exit_code::done;
}

}  // namespace

}  // namespace ebb::tools

int main(int count, char** arguments) {
  using namespace ebb::tools;
  return run_main(program, [&] { return run(count, arguments); });
}
