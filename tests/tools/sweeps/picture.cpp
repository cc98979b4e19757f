#include <doctest/doctest.h>

#include <tests/tools/benchmark/plots/picture.hpp>
#include <tools/sweeps/picture.hpp>

using namespace ebb::tools;

namespace {

Summary summary_of(const std::string& option, const std::vector<std::string>& values) {
  Summary summary;
  summary.names = {option, "lr"};
  summary.figures = {{"squared_error", "squared error", 5}, {"active_units", "active units", 1}};
  summary.numbers = 784;
  double error = 0.1;
  for (const std::string& value : values)
    for (const char* rate : {"0.1", "0.2"}) {
      error /= 1.5;
      summary.sizes.push_back({{value, rate}, {{{error, error * 1.1}}, {{2, 2}}}, error / 2});
    }
  return summary;
}

bool says(const std::string& svg, const std::string& words) {
  for (const Element& text : elements_of(svg, "text"))
    if (text.words == words) return true;
  return false;
}

}  // namespace

TEST_CASE("sweep picture: a line for each of the other values, PCA, and half the input") {
  const std::string svg = draw(summary_of("latent", {"2", "20", "200"}), "vae");
  CHECK(says(svg, "vae against latent: mean ± deviation of 2 seeds"));
  for (const char* words : {"lr 0.1", "lr 0.2", "PCA, as many numbers", "half the input: 392",
                            "active units", "all that there are", "2", "20", "200"})
    CHECK_MESSAGE(says(svg, words), words);
  const std::vector<Element> blue = elements_of(svg, "path", "blue"),
                             orange = elements_of(svg, "path", "orange");
  REQUIRE(blue.size() == 6);  // three sizes in two panels
  REQUIRE(orange.size() == 6);
  CHECK(blue[0].attributes.at("d") != orange[0].attributes.at("d"));  // not by color alone
  // Equal factors are equal lengths.
  const auto x_of = [](const Element& mark) {
    return std::stod(mark.attributes.at("transform").substr(10));
  };
  CHECK(x_of(blue[1]) - x_of(blue[0]) ==
        doctest::Approx(x_of(blue[2]) - x_of(blue[1])).epsilon(0.01));
}

TEST_CASE("sweep picture: values that are no numbers stand side by side, without half the input") {
  const std::string svg = draw(summary_of("network", {"dense", "conv"}), "ae");
  CHECK(says(svg, "dense"));
  CHECK(says(svg, "conv"));
  CHECK_FALSE(says(svg, "half the input: 392"));
}

TEST_CASE("sweep picture: sizes without runs leave it empty") {
  Summary summary = summary_of("latent", {"2", "20"});
  for (Size& size : summary.sizes) size = {size.values, {{}, {}}, {}};
  CHECK(elements_of(draw(summary, "ae"), "path").empty());
}
