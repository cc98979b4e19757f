// Covers: tools/benchmark/plots/plots.hpp
#include <doctest/doctest.h>

#include <tests/tools/benchmark/plots/picture.hpp>
#include <tools/benchmark/plots/plots.hpp>

using namespace ebb::tools;

namespace {

benchmark::LadderPlot some_ladder() {
  return {"A title",
          "a footer",
          {{"plain", "the first", 1.25}, {"better", "the next", 50}, {"best", "the last", 200}},
          {{"one core", "", 125}, {"two cores", "", 250}}};
}

}  // namespace

TEST_CASE("ladder plot: bars are as long as they are fast, and say so") {
  const std::string svg = draw(some_ladder());
  const auto bars = elements_of(svg, "rect");
  REQUIRE(bars.size() == 3);
  CHECK(bars[2].number("width") == doctest::Approx(4 * bars[1].number("width")).epsilon(0.01));
  CHECK(bars[0].number("x") == bars[2].number("x"));
  CHECK(bars[0].number("y") < bars[1].number("y"));
  CHECK(svg.find(">1.25 GFLOP/s<") != std::string::npos);
  CHECK(svg.find(">50.0 GFLOP/s, × 40.0<") != std::string::npos);
  CHECK(svg.find(">200 GFLOP/s, × 4.0<") != std::string::npos);
  for (const char* words : {">plain<", ">the next<", ">A title<", ">a footer<"})
    CHECK_MESSAGE(svg.find(words) != std::string::npos, words);
}

TEST_CASE("ladder plot: a peak stands where a bar as fast would end") {
  benchmark::LadderPlot plot = some_ladder();
  plot.bars.push_back({"perfect", "", 125});
  const std::string svg = draw(plot);
  const Element bar = elements_of(svg, "rect").at(3);
  const auto peaks = elements_of(svg, "line", "roof");
  REQUIRE(peaks.size() == 2);
  CHECK(peaks[0].number("x1") ==
        doctest::Approx(bar.number("x") + bar.number("width")).epsilon(0.001));
  CHECK(peaks[1].number("x1") > peaks[0].number("x1"));
}

TEST_CASE("ladder plot: a short bar has its words behind it, a long one inside") {
  const std::string svg = draw(some_ladder());
  const auto inside = elements_of(svg, "text", "on-bar");
  REQUIRE(inside.size() == 1);
  CHECK(inside[0].words == "200 GFLOP/s, × 4.0");
  const Element bar = elements_of(svg, "rect").at(2);
  CHECK(inside[0].number("x") < bar.number("x") + bar.number("width"));
}

TEST_CASE("ladder plot: all of it lies on the picture") {
  const std::string svg = draw(some_ladder());
  const Element whole = elements_of(svg).back();
  for (const Element& text : elements_of(svg, "text")) {
    CHECK(text.number("x") <= whole.number("width"));
    CHECK(text.number("y") <= whole.number("height"));
  }
}
