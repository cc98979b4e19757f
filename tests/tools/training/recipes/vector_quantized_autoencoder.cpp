#include <doctest/doctest.h>

#include <cmath>
#include <models/vector_quantized_autoencoder.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tests/tensor/support.hpp>
#include <tests/tools/training/small_run.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

void set(Recipe& recipe, const std::vector<std::pair<const char*, const char*>>& options) {
  Options own;
  recipe.visit(own);
  for (const auto& [name, value] : options) own.find(name)->parse(value);
}

// Built for images of 4 x 9 pixels, with weights.
std::unique_ptr<Recipe> small() {
  std::unique_ptr<Recipe> recipe = make_recipe("vq");
  set(*recipe, {{"codes", "6"},
                {"width", "4"},
                {"commitment", "2"},
                {"prior-width", "8"},
                {"likelihood", "beta-binomial"}});
  recipe->build({nn::ImageExample{1, 4, 9}, 0});
  nn::initialize(recipe->model(), {.seed = 3});
  return recipe;
}

nn::Batch narrow_images(std::int64_t n) {
  Random random{1};
  return {.inputs = rand({n, 1, 4, 9}, random)};
}

// The message with which it is not built.
std::string refusal(const std::vector<std::pair<const char*, const char*>>& options,
                    const nn::ImageExample& image) {
  const std::unique_ptr<Recipe> recipe = make_recipe("vq");
  try {
    set(*recipe, options);
    recipe->build({image, 0});
  } catch (const UsageError& error) {
    return error.what();
  }
  return "it was built";
}

}  // namespace

TEST_CASE("vq: the terms are its model's, and bits count what codes and pixels cost together") {
  const std::unique_ptr<Recipe> recipe = small();
  models::VectorQuantizedAutoencoder twin(
      {.image = {1, 4, 9},
       .quantizer = {.codes = 6, .width = 4},
       .prior = {.width = 8},
       .commitment = 2,
       .likelihood = models::Likelihood(models::Likelihood::Kind::beta_binomial, 36)});
  nn::initialize(twin, {.seed = 3});
  Random noise{2}, same{2};
  nn::Pass pass{noise}, twin_pass{same};
  const nn::Batch five = narrow_images(5);
  Metrics metrics;
  const double loss = recipe->loss(five, pass, metrics).item();
  const models::VectorQuantizedLoss terms = twin.loss(five.inputs, twin_pass);
  CHECK(loss == terms.loss.item());
  CHECK(metrics.mean("loss") == loss);
  const double elbo = -mean(terms.reconstruction.value() + terms.rate.value()).item();
  CHECK(metrics.mean("elbo") == doctest::Approx(elbo));
  CHECK(metrics.mean("kl") == doctest::Approx(mean(terms.rate.value()).item()));
  CHECK(metrics.mean("bits_per_dimension") == doctest::Approx(-elbo / std::log(2) / 36));
  CHECK(metrics.mean("commitment") == doctest::Approx(mean(terms.commitment.value()).item()));
  REQUIRE(metrics.counted().size() == 1);
  std::vector<double> used(6, 0);
  for (const std::int32_t code : terms.codes.to_vector<std::int32_t>())
    ++used[static_cast<std::size_t>(code)];
  CHECK(metrics.counted()[0].counts == used);

  const Terms bound = recipe->bound(five, 7, pass);
  CHECK(bound.bound.shape() == Shape{5});
  CHECK(mean(bound.bound.value()).item() == doctest::Approx(elbo));
  CHECK(allclose(bound.bound.value(), -(bound.reconstruction.value() + bound.kl.value())));
  CHECK(recipe->claim() == Claim::probability);
  CHECK(recipe->likelihood() == "beta-binomial");
  CHECK(recipe->describe().at("units") == "nats per image");
}

TEST_CASE("vq: gray pixels taken as probabilities give no bound and no bits, binarized ones do") {
  for (const char* binarize : {"none", "dynamic"}) {
    const std::unique_ptr<Recipe> recipe = make_recipe("vq");
    set(*recipe, {{"codes", "6"}, {"width", "4"}, {"binarize", binarize}});
    recipe->build({nn::ImageExample{1, 4, 9}, 0});
    nn::initialize(recipe->model());
    Random noise{2};
    nn::Pass pass{noise};
    Metrics metrics;
    const nn::Batch batch = recipe->prepare(narrow_images(5), noise);
    static_cast<void>(recipe->loss(batch, pass, metrics));
    const bool binary = binarize == std::string("dynamic");
    CHECK(recipe->claim() == (binary ? Claim::probability : Claim::cross_entropy));
    CHECK(std::isnan(metrics.mean("bits_per_dimension")) != binary);
    CHECK(std::isnan(metrics.mean("elbo")) != binary);
    CHECK(std::isnan(metrics.mean("negative_cross_entropy")) == binary);
    const Tensor again = recipe->decode(recipe->encode(batch, pass), pass, {}).inputs;
    CHECK(metrics.mean("squared_error") ==
          doctest::Approx(mean(square(again - batch.inputs)).item()).epsilon(1e-6));
  }
}

TEST_CASE("vq: codes are flat vectors, and become images again") {
  const std::unique_ptr<Recipe> recipe = small();
  Random noise{2}, same{2};
  nn::Pass pass{noise}, other{same};
  const Variable codes = recipe->encode(narrow_images(3), pass);
  CHECK(codes.shape() == Shape{3, 1 * 2 * 4});
  CHECK(recipe->decode(codes, pass, {}).inputs.shape() == Shape{3, 1, 4, 9});
  CHECK(noise.position == 0);
  const Tensor means = recipe->sample(2, {}, pass).inputs;
  CHECK(means.shape() == Shape{2, 1, 4, 9});
  const Tensor drawn = 255 * recipe->sample(2, {.mean = false}, other).inputs;
  CHECK(amax(abs(drawn - round(drawn))).item() < 1e-4);
}

TEST_CASE("vq: a run reports perplexity and unused codes of each epoch, of both sets") {
  SmallRun run("vq");
  set(*run.recipe, {{"codes", "16"}, {"width", "8"}, {"prior-width", "8"}});
  run.recipe->build(run.data->train->examples());
  train(run);
  const std::vector<std::string> lines = lines_of(read_file(run.folder->path("metrics.jsonl")));
  REQUIRE(lines.size() == 2);
  for (const std::string& text : lines) {
    const Json line = Json::parse(text);
    for (const std::string set : {"train_", "test_"}) {
      const double perplexity = line.at(set + "codes_perplexity");
      const int unused = line.at(set + "codes_unused");
      CHECK(perplexity >= 1);
      CHECK(perplexity <= 16 - unused + 1e-9);
    }
  }
  CHECK(names_in(run.folder->name()) ==
        std::vector<std::string>{"checkpoints", "config.json", "history", "metrics.jsonl",
                                 "model.safetensors", "reconstructions.png", "samples.png",
                                 "training_scores.json"});
}

TEST_CASE("vq: what does not fit is refused") {
  CHECK(refusal({}, {1, 3, 9}) ==
        "model: vq takes images of at least 4 x 4 pixels; try other data");
  CHECK(refusal({{"prior-heads", "3"}}, {1, 8, 8}) ==
        "--prior-heads: 3 heads do not divide --prior-width 64");
  CHECK(refusal({{"codes", "0"}}, {1, 8, 8}) == "--codes: 0 is out of range, 1 to 65536");
  CHECK(
      refusal({{"decay", "1"}}, {1, 8, 8}).starts_with("--decay: 1 is out of range, 0 to 0.9999"));
}
