#include <doctest/doctest.h>

#include <nn/data/digits.hpp>
#include <tests/tools/evaluation/linear_gaussian.hpp>
#include <tools/evaluation/code_figures.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Json figures_of(const Subject& subject) {
  Json figures = no_figures();
  Progress silent(true);
  CHECK(measure_codes(subject, silent, figures) == 1);
  return figures;
}

// x along w, two labels far from each other.
Subject two_classes() {
  Subject subject = linear_subject(true, 1);
  std::vector<float> x;
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 20; ++i) {
    const float z = static_cast<float>(i % 2) + 0.01f * static_cast<float>(i);
    x.insert(x.end(), {z + 0.1f, 0.5f * z - 0.2f, -2 * z + 0.3f});
    labels.push_back(i % 2);
  }
  const nn::TensorDataset data(from_vector(x, {20, 3}), from_vector(labels));
  subject.data = {data, data};
  return subject;
}

}  // namespace

TEST_CASE("code figures: divergences of the code, and no accuracy without labels") {
  const Json figures = figures_of(linear_subject(true, 7));
  const double v = LinearGaussian::variance, m = LinearGaussian::mean;
  CHECK(figures["kl_per_dimension"].size() == 1);
  CHECK(figures["kl_per_dimension"][0].get<double>() ==
        doctest::Approx(0.5 * (m * m + v - 1 - std::log(v))));
  CHECK(figures["active_units"] == 0);  // one x: the code does not vary
  for (const char* key : {"knn_accuracy", "linear_probe_accuracy", "mutual_information_gap"})
    CHECK(figures[key].is_null());
}

TEST_CASE("code figures: what varies is active, and neighbors and a line tell two classes") {
  const Json figures = figures_of(two_classes());
  CHECK(figures["active_units"] == 1);
  CHECK(figures["knn_accuracy"] == 1);
  CHECK(figures["linear_probe_accuracy"] == 1);
  // The code is a little nearer to 0 than z is: E z² (1 - 21/22)² |w|² / 3.
  CHECK(figures["references"]["squared_error"][0]["name"] == "this model");
  CHECK(figures["references"]["squared_error"][0]["value"].get<double>() < 0.01);
}

TEST_CASE("code figures: codes of drawn digits are compared with what these were drawn from") {
  const nn::ImageSplits digits = nn::draw_digits({.train = 30, .test = 20});
  Options options;
  std::unique_ptr<Recipe> recipe = make_recipe("ae");
  recipe->visit(options);
  options.find("latent")->parse("2");
  recipe->build(digits.train.examples());
  nn::initialize(recipe->model());
  const Subject subject = {{}, std::move(recipe), {digits.train, digits.test}, Random{2}};
  Json figures = no_figures();
  Progress silent(true);
  CHECK(measure_codes(subject, silent, figures) == 2);
  CHECK(figures["mutual_information_gap"].get<double>() > 0);
  CHECK(figures["kl_per_dimension"].is_null());
  CHECK(figures["active_units"].is_null());
}

TEST_CASE("code figures: units are active without a closed form of the divergence, too") {
  const nn::ImageSplits digits = nn::draw_digits({.train = 30, .test = 20});
  for (const char* model : {"vae", "vq"}) {
    Options options;
    std::unique_ptr<Recipe> recipe = make_recipe(model);
    recipe->visit(options);
    if (options.find("flow")) options.find("flow")->parse("planar:2");
    if (options.find("width")) options.find("width")->parse("4");
    recipe->build(digits.train.examples());
    nn::initialize(recipe->model());
    const Subject subject = {{}, std::move(recipe), {digits.train, digits.test}, Random{2}};
    Json figures = no_figures();
    Progress silent(true);
    measure_codes(subject, silent, figures);
    CHECK(figures["kl_per_dimension"].is_null());
    CHECK(figures["active_units"].is_number() == (std::string(model) == "vae"));
    if (std::string(model) == "vq")
      CHECK(figures["code"] == "49 of 512 vectors, 441 bits; PCA has a number for each");
  }
}
