#include <doctest/doctest.h>

#include <cmath>
#include <tests/support.hpp>
#include <tools/benchmark/suites/product_summary.hpp>

using namespace ebb::tools;

namespace {

benchmark::Product product(const std::string& name, const std::string& group, bool wide = false) {
  return {name, group, {1, 1, 1}, wide};
}

nlohmann::ordered_json notes_of(const benchmark::ProductSummary& summary) {
  benchmark::Report report(nullptr);
  report.begin_table("products", {{"product"}});
  summary.report(report);
  return report.json()["tables"][0]["notes"];
}

}  // namespace

TEST_CASE("bench summary: geometric means per group, and the least of all") {
  benchmark::ProductSummary summary;
  summary.add(product("a", "batch 1"), 0.5, 2);
  summary.add(product("b", "batch 1"), 0.5, 0.5);
  summary.add(product("c", "squares"), 0.5, 0.25);
  const auto notes = notes_of(summary);
  CHECK(notes["batch 1"] == doctest::Approx(1));
  CHECK(notes["squares"] == doctest::Approx(0.25));
  CHECK(notes["least"] == 0.25);
  CHECK(!notes.contains("of peak"));
}

TEST_CASE("bench summary: the share of peak is that of the wide layers alone") {
  benchmark::ProductSummary summary;
  summary.add(product("a", "batch 128", true), 0.9, std::nan(""));
  summary.add(product("b", "batch 128", true), 0.4, std::nan(""));
  summary.add(product("c", "batch 128"), 0.1, std::nan(""));
  const auto notes = notes_of(summary);
  CHECK(notes["of peak"] == doctest::Approx(0.6));
  CHECK(notes.size() == 1);  // no ratios without other libraries
}

TEST_CASE("bench summary: people read which product is the worst") {
  std::FILE* const file = std::tmpfile();
  benchmark::Report report(file);
  report.begin_table("products", {{"product"}});
  benchmark::ProductSummary summary;
  summary.add(product("a", "batch 1", true), 0.5, 2);
  summary.add(product("b", "batch 1"), 0.5, 0.5);
  summary.report(report);
  std::rewind(file);
  std::string text;
  for (int c; (c = std::fgetc(file)) != EOF;) text.push_back(static_cast<char>(c));
  std::fclose(file);
  CHECK(
      text.substr(text.find("batch")) ==
      "batch 1: 1.000 of the best other library (geometric mean of 2; at peak it would be 2.000), "
      "least 0.500: b\n"
      "least of all 0.500: b\n"
      "784-256 and 784-512 at batch 128: 50.0 % of peak (geometric mean of 1), least 50.0 %\n");
}
