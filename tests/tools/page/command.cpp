#include <doctest/doctest.h>

#include <tests/support.hpp>
#include <tools/page/command.hpp>

using namespace ebb::tools;

namespace {

std::optional<ReportOptions> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "ebb-report");
  return parse_report_command(static_cast<int>(words.size()), words.data());
}

std::string refusal(const std::vector<const char*>& words) {
  return message_of<UsageError>([&] { return parse(words).has_value(); });
}

}  // namespace

TEST_CASE("report's command: one run or several, options between them") {
  const auto report = parse({"a", "--images", "20", "b", "--out", "p.html", "c", "--limit=7"});
  REQUIRE(report);
  CHECK(report->runs == std::vector<std::string>{"a", "b", "c"});
  CHECK(report->images == 20);
  CHECK(report->limit == 7);
  CHECK(report->path() == "p.html");
}

TEST_CASE("report's command: the page lies in the run's folder, that of several runs here") {
  CHECK(parse({"runs/a"})->path() == "runs/a/report.html");
  CHECK(parse({"runs/a", "runs/b"})->path() == "report.html");
}

TEST_CASE("report's command: no run, too many runs, and what is no option are refused") {
  CHECK(refusal({}) == "which run? Name its folder, as in tools/report runs/vae-1; try --help");
  CHECK(refusal(std::vector<const char*>(13, "r")) ==
        "13 runs: a page shows at most 12; try fewer");
  CHECK(refusal({"r", "--imges", "3"}) == "there is no option --imges; try --images or --help");
  CHECK(refusal({"r", "--images", "0"}).starts_with("--images: "));
}
