#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <nn/data/digits.hpp>
#include <nn/data/idx.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/baselines/papers.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

// config.json of a run with these options, as tools/train writes them.
Json config_of(const std::vector<std::pair<const char*, const char*>>& words) {
  const std::unique_ptr<Recipe> recipe = make_recipe("vae");
  Options options;
  recipe->visit(options);
  for (const auto& [name, value] : words) options.find(name)->parse(value);
  recipe->build({nn::ImageExample{1, 28, 28}, 10});
  Json config = options.to_json();
  config["model"] = "vae";
  return config;
}

Json references(const Json& config, const nn::SharedDataset& test) {
  Json figures = no_figures();
  add_published({config, nullptr, {test, test}, Random{}}, figures);
  return figures["references"];
}

const std::vector<std::pair<const char*, const char*>> table_1 = {
    {"hidden", "200,200"}, {"latent", "50"}, {"activation", "tanh"}, {"binarize", "dynamic"}};

}  // namespace

TEST_CASE("papers: other data or other options have no published figure") {
  const nn::ImageDataset digits = nn::draw_digits({.train = 1, .test = 100}).test;
  CHECK(references(config_of(table_1), digits).empty());
  CHECK(references(config_of({}), digits).empty());
}

TEST_CASE("papers: on MNIST's test images, in the paper's set-up, the paper's row") {
  const char* data = std::getenv("EBB_DATA");
  const std::string folder = data ? std::string(data) + "/mnist" : "";
  if (!std::filesystem::exists(folder)) return skip("EBB_DATA names no folder with mnist/");
  const nn::ImageDataset test = nn::load_mnist(folder).test;
  const Json first = references(config_of(table_1), test);
  CHECK(first["bound"][0]["value"] == -86.76);
  CHECK(first["active_units"][0]["value"] == 19);
  Json part = config_of(table_1);
  part["limit"] = 1000;
  CHECK(references(part, test).empty());
  CHECK(references(config_of(table_1), test.first(9999)).empty());
  auto five = table_1;
  five.emplace_back("samples", "5");
  CHECK(references(config_of(five), test)["bound"][0]["value"] == -85.54);
  auto two = table_1;
  two[1].second = "100,50";
  CHECK(references(config_of(two), test)["bound"][0]["value"] == -85.33);
  CHECK(references(config_of(two), test)["active_units"][0]["value"] == 16);
  auto narrow = table_1;
  narrow[1].second = "20";
  CHECK(references(config_of(narrow), test).empty());
}
