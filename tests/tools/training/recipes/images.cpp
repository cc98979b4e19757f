#include <doctest/doctest.h>

#include <models/coders.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tools/training/recipes/images.hpp>

using namespace ebb::tools;
using namespace ebb;

namespace {

using Widths = std::vector<std::int64_t>;

nn::Batch gray_images(std::int64_t n) {
  Random random{1};
  return {.inputs = rand({n, 1, 2, 3}, random), .targets = zeros({n}, DType::int32)};
}

PixelChoice pixels(const char* binarize, const char* likelihood = "bernoulli") {
  return {.binarize = binarize, .likelihood = likelihood};
}

Tensor prepared(const PixelChoice& choice, const nn::Batch& batch, std::uint64_t seed) {
  Random noise{seed};
  return choice.prepare(batch, noise).inputs;
}

}  // namespace

TEST_CASE("images: their shape is that of the examples, which must be images") {
  CHECK(image_shape("vae", {nn::ImageExample{3, 4, 5}, 0}) == Shape{3, 4, 5});
  CHECK(message_of<UsageError>([] {
          return image_shape("vae", {nn::ArrayExample{{4}}, 0});
        }) == "model: vae learns from images; try other data (of a .npy file, bytes [n, h, w])");
  CHECK(as_images(zeros({2, 60}), {3, 4, 5}).inputs.shape() == Shape{2, 3, 4, 5});
}

TEST_CASE("images: the network's widths are the recipe's until they are named") {
  NetworkChoice choice = {.dense = {7, 5}};
  Options o;
  choice.visit(o);
  CHECK(o.find("hidden")->shown == "7,5; conv: 32,64");
  CHECK(o.to_json()["hidden"].is_null());
  CHECK(choice.make({1, 2, 3}, 2).features == 5);
  CHECK(choice.hidden == Widths{7, 5});
  NetworkChoice conv = {.network = "conv"};
  CHECK(conv.make({1, 28, 28}, 2).features == 64 * 7 * 7);
  CHECK(conv.hidden == Widths{32, 64});
  NetworkChoice none = {.hidden = Widths{}};
  CHECK(none.make({1, 2, 3}, 2).features == 6);
  CHECK(none.hidden == Widths{});
  NetworkChoice deep = {.network = "conv", .hidden = Widths{4, 4, 4}};
  CHECK(message_of<UsageError>([&] {
          return deep.make({1, 6, 6}, 2);
        }) ==
        "--network conv: networks: nothing is left of an image [1, 6, 6] after 3 convolutions with "
        "stride 2; try fewer");
  NetworkChoice empty = {.dense = {}};
  Options other;
  empty.visit(other);
  CHECK(other.find("hidden")->shown == "none; conv: 32,64");
}

TEST_CASE("images: every activation is the function of its name") {
  const Tensor images = gray_images(4).inputs - 0.5;
  const auto features = [&](const char* activation) {
    NetworkChoice choice = {.activation = activation, .hidden = Widths{9}};
    const models::Networks n = choice.make({1, 2, 3}, 2);
    models::Encoder encoder{n.encoder, n.features, 2};
    nn::initialize(encoder, {.seed = 3});
    return encoder.hidden(images).value();
  };
  const Tensor linear = features("none");
  CHECK(amin(linear).item() < 0);
  CHECK(allclose(features("relu"), relu(linear)));
  CHECK(allclose(features("tanh"), tanh(linear)));
  CHECK(allclose(features("gelu"), gelu(linear)));
  CHECK(allclose(features("sigmoid"), sigmoid(linear)));
  CHECK_FALSE(NetworkChoice{}.layer().has_value());
}

TEST_CASE("images: pixels become zeros and ones as the user chooses") {
  const nn::Batch batch = gray_images(5);
  const Tensor& gray = batch.inputs;
  Random unused{1};
  CHECK(equal(pixels("none").prepare(batch, unused).inputs, gray));
  CHECK(equal(pixels("threshold").prepare(batch, unused).inputs, gray > 0.5));
  CHECK(unused.position == 0);
  CHECK(pixels("threshold").prepare(batch, unused).targets.shape() == Shape{5});
  const Tensor edges = from_vector<float>({0, 0.5, 0.502F, 1, 0, 1}, {1, 1, 2, 3});
  CHECK(prepared(pixels("threshold"), {.inputs = edges}, 1).to_vector<float>() ==
        std::vector<float>{0, 0, 1, 1, 0, 1});
  // Drawn anew from each noise, each pixel as often as it is gray.
  const PixelChoice dynamic = pixels("dynamic");
  CHECK_FALSE(equal(prepared(dynamic, batch, 1), prepared(dynamic, batch, 2)));
  CHECK(equal(prepared(dynamic, batch, 1), prepared(dynamic, batch, 1)));
  constexpr std::int64_t many = 10'000;
  const Tensor levels = from_vector<float>({0, 0.1F, 0.3F, 0.5F, 0.9F, 1}, {1, 1, 2, 3});
  const Tensor drawn = prepared(dynamic, {.inputs = expand(levels, {many, 1, 2, 3})}, 3);
  CHECK(equal(drawn, square(drawn)));
  CHECK(drawn.dtype() == DType::float32);
  const Tensor share = mean(drawn, 0);
  CHECK(allclose(share, levels[0], {.rtol = 0, .atol = 0.02}));
  CHECK(share.to_vector<float>().front() == 0);
  CHECK(share.to_vector<float>().back() == 1);
}

TEST_CASE("images: a bound is claimed of what the pixels are") {
  struct Row {
    const char *binarize, *likelihood;
    Claim claim;
    const char *name, *words;
  };
  const Row rows[] = {
      {"none", "bernoulli", Claim::cross_entropy, "negative_cross_entropy",
       "Bernoulli on logits; gray pixels in [0, 1] are the targets"},
      {"threshold", "bernoulli", Claim::probability, "elbo",
       "Bernoulli on logits; pixels are 1 where ink covers more than half"},
      {"dynamic", "bernoulli", Claim::probability, "elbo",
       "Bernoulli on logits; pixels are drawn from the gray ones in each step"},
      {"none", "gaussian", Claim::density, "elbo", "Gaussian, one variance for all pixels"},
      {"none", "gaussian-per-pixel", Claim::density, "elbo", "Gaussian, a variance for each pixel"},
      {"none", "logistic", Claim::probability, "elbo", "logistic, discretized to 256 values"},
      {"none", "beta-binomial", Claim::probability, "elbo", "beta-binomial of 256 values"},
      {"none", "continuous-bernoulli", Claim::density, "elbo", "continuous Bernoulli"}};
  PixelChoice first;
  Options o;
  first.visit(o);
  for (const auto& [binarize, likelihood, claim, name, words] : rows) {
    o.find("likelihood")->parse(likelihood);  // each is an option
    const PixelChoice choice = pixels(binarize, likelihood);
    CHECK(choice.claim() == claim);
    CHECK(choice.bound_name() == std::string(name));
    CHECK(choice.describe() == words);
    const models::Likelihood made = choice.make({1, 2, 3});
    const bool two = claim == Claim::probability && std::string(likelihood) != "bernoulli";
    CHECK(made.numbers() == (two ? 2 : 1));
    const auto own = nn::Parts(made).parameters;
    CHECK(own.size() == (std::string(likelihood).starts_with("gaussian") ? 1 : 0));
    if (std::string(likelihood) == "gaussian-per-pixel") CHECK(own[0].second->shape() == Shape{6});
    if (std::string(likelihood) == "bernoulli") continue;
    for (const char* binary : {"threshold", "dynamic"})
      CHECK(message_of<UsageError>([&, &name_of_it = likelihood] {
              return pixels(binary, name_of_it).make({1, 2, 3});
            }) == text("--binarize ", binary, ": pixels of 0 and 1 are bernoulli, not ", likelihood,
                       "; leave one of the options out"));
  }
  CHECK(message_of<UsageError>([] {
          return pixels("none", "poisson").make({1, 2, 3});
        }) == "--likelihood: 'poisson' is unknown; try bernoulli");
}
