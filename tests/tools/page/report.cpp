#include <doctest/doctest.h>

#include <tests/tools/page/page_run.hpp>
#include <tools/page/report.hpp>

using namespace ebb::tools;

TEST_CASE("report: the page of one run or two, under two megabytes") {
  const PageRun small("vae"), other("ae");
  Progress progress(true);
  write_report(small.report(), progress);
  CHECK(std::filesystem::file_size(small.path() + "/report.html") < 2'000'000);
  const std::string both = small.place.path() / "both.html";
  write_report({.runs = {small.path(), other.path()}, .out = both}, progress);
  CHECK(std::filesystem::file_size(both) >
        std::filesystem::file_size(small.path() + "/report.html"));
}
