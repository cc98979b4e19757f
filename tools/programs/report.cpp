// tools/report: writes a page about trained models.
#include <tools/common/exit_codes.hpp>
#include <tools/page/report.hpp>
#include <tools/training/program.hpp>

namespace ebb::tools {

namespace {

const char* const program = "tools/report";

int run(int count, char** arguments) {
  const std::optional<ReportOptions> options = parse_report_command(count, arguments);
  if (!options) return exit_code::done;
  begin_work(program, options->threads, options->quiet);
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
