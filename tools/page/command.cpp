#include <fmt/format.h>

#include <tools/common/command_line.hpp>
#include <tools/page/command.hpp>

namespace ebb::tools {

namespace {

constexpr std::size_t most_runs = 12;  // that one page can show side by side

void check(const ReportOptions& options) {
  if (options.runs.empty())
    throw UsageError("which run? Name its folder, as in tools/report runs/vae-1; try --help");
  if (options.runs.size() > most_runs)
    throw UsageError(
        fmt::format("{} runs: a page shows at most {}; try fewer", options.runs.size(), most_runs));
}

}  // namespace

void ReportOptions::visit(Options& o) {
  o("out", out, "the page");
  o.show("FILE.html", "report.html in RUN; of several runs, here");
  o("images", images, "test examples on the page, at most", {1, 5'000});
  o("limit", limit, "test examples that are scored, at most", {1, 1'000'000'000});
  o("threads", threads, "threads", {1, 1024});
  o.show("N", "one per core");
  o("quiet", quiet, "print nothing but errors");
}

std::string ReportOptions::path() const {
  if (!out.empty()) return out;
  return runs.size() == 1 ? runs.front() + "/report.html" : "report.html";
}

std::optional<ReportOptions> parse_report_command(int count, const char* const* arguments) {
  ReportOptions report;
  Options options;
  report.visit(options);
  const Usage usage = {.program = "tools/report",
                       .word = "RUN",
                       .description =
                           "Writes a page about a trained model that any browser opens, one file "
                           "that needs no network: its figures and curves, its codes, the model "
                           "itself to play with. RUN is the folder that tools/train left; several "
                           "of them are compared.",
                       .second = "[RUN]...",
                       .more = true};
  if (!parse_command_line(usage, options, count, arguments)) return std::nullopt;
  report.runs = words_in(options, count, arguments);
  check(report);
  return report;
}

}  // namespace ebb::tools
