// Covers: tools/benchmark/plots/plots.hpp
#include <doctest/doctest.h>

#include <tests/tools/benchmark/plots/picture.hpp>
#include <tools/benchmark/plots/plots.hpp>

using namespace ebb::tools;

namespace {

benchmark::RooflinePlot some_roofline() {
  return {"A title",
          "a footer",
          200,
          {{"L1", 400}, {"memory", 50}},
          {{"at the ridge", 4, 200, 1}, {"on the slope", 1, 50, 1}, {"fast", 0.25, 90, 0}}};
}

struct Place {
  double x, y;
};
std::vector<Place> places_of(const Element& line) {
  return {{line.number("x1"), line.number("y1")}, {line.number("x2"), line.number("y2")}};
}

// The roofs of the levels are colored, fastest first.
std::vector<Element> slopes_of(const std::string& svg) {
  return {elements_of(svg, "line", "green").at(0), elements_of(svg, "line", "blue").at(0)};
}

}  // namespace

TEST_CASE(
    "roofline plot: each level is a slope, and arithmetic a flat roof from the first ridge on") {
  const std::string svg = draw(some_roofline());
  const auto slopes = slopes_of(svg);
  CHECK(elements_of(svg, "line", "purple").empty());
  const auto l1 = places_of(slopes[0]), memory = places_of(slopes[1]);
  CHECK(l1[1].y == memory[1].y);  // both reach the peak,
  CHECK(l1[1].x < memory[1].x);   // the faster one earlier
  CHECK(l1[0].y > l1[1].y);
  const auto steepness = [](const std::vector<Place>& line) {
    return (line[1].y - line[0].y) / (line[1].x - line[0].x);
  };
  CHECK(steepness(l1) == doctest::Approx(steepness(memory)).epsilon(0.01));
  const Element flat = elements_of(svg, "line", "axis").at(0);
  CHECK(flat.number("x1") == l1[1].x);
  CHECK(flat.number("y1") == l1[1].y);
  CHECK(svg.find(">L1 400 GB/s<") != std::string::npos);
  CHECK(svg.find(">multiply-adds 200 GFLOP/s<") != std::string::npos);
}

TEST_CASE("roofline plot: a dot lies where its numbers say, in its level's color") {
  const std::string svg = draw(some_roofline());
  const auto dots = elements_of(svg, "circle");
  const auto memory = places_of(slopes_of(svg).at(1));
  REQUIRE(dots.size() == 3);
  CHECK(dots[0].number("cx") == doctest::Approx(memory[1].x).epsilon(0.001));  // 200 / 50
  CHECK(dots[0].number("cy") == doctest::Approx(memory[1].y).epsilon(0.001));
  const double along = (dots[1].number("cx") - memory[0].x) / (memory[1].x - memory[0].x);
  CHECK(dots[1].number("cy") ==
        doctest::Approx(memory[0].y + along * (memory[1].y - memory[0].y)).epsilon(0.002));
  CHECK(dots[0].attributes.at("class") == dots[1].attributes.at("class"));
  CHECK(dots[0].attributes.at("class") != dots[2].attributes.at("class"));
}

TEST_CASE("roofline plot: names of dots that crowd lie on no dot, and not on each other") {
  benchmark::RooflinePlot plot = some_roofline();
  plot.work.clear();
  for (int i = 0; i < 4; ++i) plot.work.push_back({"crowded", 8 + 2.0 * i, 20.0 + i, 1});
  const std::string svg = draw(plot);
  std::vector<Element> names;
  for (const Element& text : elements_of(svg, "text"))
    if (text.words == "crowded") names.push_back(text);
  REQUIRE(names.size() == 4);
  for (const Element& name : names) {
    const double x = name.number("x"), y = name.number("y");
    for (const Element& dot : elements_of(svg, "circle")) {
      const bool beside = dot.number("cx") < x || dot.number("cx") > x + 40;
      CHECK((beside || dot.number("cy") < y - 10 || dot.number("cy") > y + 3));
    }
    for (const Element& other : names)
      if (&other != &name)
        CHECK((std::abs(other.number("x") - x) > 40 || std::abs(other.number("y") - y) > 12));
  }
}

TEST_CASE("roofline plot: axes are marked in powers of two, as far as the dots go") {
  benchmark::RooflinePlot plot = some_roofline();
  plot.work.push_back({"far", 900, 0.6, 1});
  const std::string svg = draw(plot);
  for (const char* mark : {">1/8<", ">1<", ">64<", ">2048<", ">1/4<"})
    CHECK_MESSAGE(svg.find(mark) != std::string::npos, mark);
  for (const Element& dot : elements_of(svg, "circle")) {
    CHECK(dot.number("cx") >= 64);
    CHECK(dot.number("cx") <= 740);
    CHECK(dot.number("cy") >= 56);
    CHECK(dot.number("cy") <= 440);
  }
}
