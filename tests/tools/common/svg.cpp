#include <doctest/doctest.h>

#include <tests/tools/benchmark/plots/picture.hpp>
#include <tools/common/svg.hpp>

using namespace ebb::tools;

TEST_CASE("svg: every element is where it was put") {
  Svg svg(200, 100, "A title");
  svg.line({1, 2}, {3, 4.25}, "axis");
  svg.box({5, 6}, 7, 8, "orange", "a tip");
  svg.dot({50, 60}, "green", "another");
  svg.text({10, 20}, "some words", "bold end", -90);
  const std::string text = svg.text();
  CHECK(elements_of(text, "line", "axis").at(0).number("y2") == doctest::Approx(4.2).epsilon(0.02));
  CHECK(elements_of(text, "rect", "orange").at(0).number("height") == 8);
  CHECK(elements_of(text, "circle", "green").at(0).number("cx") == 50);
  const Element words = elements_of(text, "text").at(0);
  CHECK(words.words == "some words");
  CHECK(words.attributes.at("transform") == "rotate(-90.0 10.0 20.0)");
  const Element whole = elements_of(text).back();
  CHECK(whole.attributes.at("viewBox") == "0 0 200 100");
  const auto titles = elements_of(text, "title");
  REQUIRE(titles.size() == 3);
  CHECK(titles[0].words == "A title");
  CHECK(titles[1].words == "a tip");
}

TEST_CASE("svg: words may hold what markup is made of") {
  Svg svg(10, 10, "a < b & c");
  svg.text({0, 0}, "x<y", "");
  svg.dot({0, 0}, "blue", "<&>");
  CHECK(elements_of(svg.text(), "title").at(0).words == "a &lt; b &amp; c");
  CHECK(elements_of(svg.text(), "text").at(0).words == "x&lt;y");
}

TEST_CASE("svg: every class that a picture may use has a style") {
  const std::string style = elements_of(Svg(1, 1, "").text(), "style").at(0).words;
  for (const std::string name :
       {".quiet", ".bold", ".large", ".small", ".middle", ".end", ".on-bar", ".grid", ".axis",
        ".roof", "rect.blue", "line.orange", "circle.green", "line.purple", "text.blue"})
    CHECK_MESSAGE((style.find(name + " {") != std::string::npos ||
                   style.find(name + ",") != std::string::npos),
                  name);
}

TEST_CASE("svg: width of words counts letters, not bytes") {
  CHECK(width_of_words("512³", 10) == width_of_words("5123", 10));
  CHECK(width_of_words("ab", 10) == 2 * width_of_words("a", 10));
  CHECK(width_of_words("a", 20) == 2 * width_of_words("a", 10));
}
