// Covers: models/autoencoder.cpp
// What denoising, sparse, contractive and linear autoencoders are known to learn.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <models/autoencoder.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/schedule.hpp>
#include <nn/parts.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

using namespace ebb;
using models::Autoencoder, nn::Linear;

namespace {

// Points whose axes are independent, with these standard deviations.
Tensor points(std::int64_t n, const std::vector<double>& deviations, Random& random) {
  const auto d = static_cast<std::int64_t>(deviations.size());
  return randn({n, d}, random, DType::float64) * from_vector<double>(deviations, {1, d});
}

Autoencoder linear(std::int64_t input, std::int64_t latent,
                   const models::AutoencoderObjective& objective = {}) {
  Autoencoder model(Linear{input, latent, {.bias = false}}, Linear{latent, input, {.bias = false}},
                    objective);
  nn::initialize(model, {.seed = 1, .dtype = DType::float64});
  return model;
}

void train(Autoencoder& model, const Tensor& x, std::int64_t steps) {
  nn::Adam adam{model, {.learning_rate = 0.02}};
  adam.follow(nn::schedule::cosine(steps));
  Random noise{5};
  for (std::int64_t i = 0; i < steps; ++i) {
    nn::Pass pass{noise, true};
    adam.step(backward(model.loss(x, pass)), pass);
  }
}

}  // namespace

TEST_CASE("autoencoder: a linear one with k numbers loses what PCA with k components loses") {
  Random random{1};
  const Tensor x = points(400, {3, 2, 1, 0.5, 0.25}, random);
  // The columns are nearly uncorrelated, so the least error is close to the smaller variances.
  const Tensor variances = mean(square(x), 0);
  const double lost = sum(slice(variances, 0, 2, 5)).item() / 5;
  Autoencoder model = linear(5, 2);
  train(model, x, 600);
  CHECK(model.loss(x).item() == doctest::Approx(lost).epsilon(0.03));
}

// E|A(x + e) - x|² is least for A = Σ (Σ + s²)⁻¹, cut to its k largest gains.
TEST_CASE("autoencoder: a linear denoiser is the Wiener filter") {
  Random random{1};
  const std::vector<double> deviations = {2, 1, 0.5};
  const Tensor x = points(4000, deviations, random);
  Autoencoder model = linear(3, 3, {.corruption = {.deviation = 1}});
  train(model, x, 400);
  const Tensor filter = model(cast(eye(3), DType::float64)).value();
  for (std::int64_t i = 0; i < 3; ++i)
    for (std::int64_t j = 0; j < 3; ++j) {
      const double variance =
          deviations[static_cast<std::size_t>(i)] * deviations[static_cast<std::size_t>(i)];
      const double expected = i == j ? variance / (variance + 1) : 0;
      CHECK(std::abs(filter[i][j].item() - expected) < 0.04);
    }
}

TEST_CASE(
    "autoencoder: masked inputs are what it sees, and the clean ones what it is held against") {
  Autoencoder model = linear(4, 2, {.corruption = {.masked = 1}});
  Random random{1};
  const Tensor x = rand({6, 4}, random, DType::float64);
  nn::Pass pass{random};
  CHECK(model.loss(x, pass).item() == doctest::Approx(mean(square(x)).item()));  // of nothing, 0
}

// ‖∂h/∂x‖² = Σ_j (h_j (1 - h_j))² ‖w_j‖² for h = σ(W x + b).
TEST_CASE("autoencoder: the contraction of a sigmoid layer has a closed form") {
  nn::Sequential encoder{Linear{4, 3}, nn::Sigmoid{}};
  nn::initialize(encoder, {.seed = 2, .dtype = DType::float64});
  Random random{1};
  const Variable x = leaf(randn({5, 4}, random, DType::float64));
  const Variable h = encoder(x);
  const Tensor units = unsqueeze(cast(eye(3), DType::float64), 1);  // [3, 1, 3]
  const Tensor found = models::contraction(h, x, expand(units, {3, 5, 3})).value();
  const auto p = nn::Parts(encoder).parameters;
  const Tensor lengths = sum(square(p[0].second->value()), 1);
  const Tensor expected =
      sum(square(h.value() * (1 - h.value())) * expand(unsqueeze(lengths, 0), {5, 3}), 1);
  for (std::int64_t i = 0; i < 5; ++i)
    CHECK(found[i].item() == doctest::Approx(expected[i].item()).epsilon(1e-12));
  // Directions of random signs give it in the mean.
  double estimate = 0;
  for (int draw = 0; draw < 2000; ++draw) {
    const Tensor signs = 2 * (rand({1, 5, 3}, random, DType::float64) < 0.5) - 1;
    estimate += mean(models::contraction(h, x, signs).value()).item() / 2000;
  }
  CHECK(estimate == doctest::Approx(mean(expected).item()).epsilon(0.05));
}

TEST_CASE("autoencoder: sparsity and contraction add to the loss, and make codes small and flat") {
  Random random{1};
  const Tensor x = points(100, {1, 1, 1}, random);
  nn::Pass pass{random, true};
  const Autoencoder plain = linear(3, 2);
  Autoencoder sparse = plain;
  sparse.objective.sparsity = 0.5;
  const double absolute = mean(sum(abs(plain.encode(x).value()), 1)).item();
  CHECK(sparse.loss(x, pass).item() ==
        doctest::Approx(plain.loss(x).item() + 0.5 * absolute).epsilon(1e-12));
  Autoencoder flat = plain;
  flat.objective.contraction = 5;
  const auto slope = [&](const Autoencoder& model) {
    return sum(square(model.encode(cast(eye(3), DType::float64)).value())).item();
  };
  const double before = slope(flat);
  train(flat, x, 100);
  CHECK(slope(flat) < 0.5 * before);
}
