// Covers: models/variational_autoencoder.cpp
// Where all is linear and Gaussian, log p(x) has a closed form: bounds are held against it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/layers/activations.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/models/reference.hpp>

using namespace ebb;
using models::Likelihood, models::VariationalAutoencoder, models::VariationalParts;

namespace {

// q(z|x) and p(x|z) of linear layers alone, with one variance for all of x.
VariationalAutoencoder linear_model(std::int64_t input, std::int64_t latent) {
  VariationalParts parts{
      models::Encoder{nn::Identity{}, input, latent},
      models::Decoder{nn::Identity{}, nn::Linear{latent, input}},
  };
  parts.likelihood = Likelihood{Likelihood::Kind::gaussian, input};
  VariationalAutoencoder model{std::move(parts)};
  nn::initialize(model, {.seed = 1, .dtype = DType::float64});
  return model;
}

void set(const nn::Module& model, const std::string& name, const Tensor& value) {
  for (const auto& [own, part] : nn::Parts(model).parameters)
    if (own == name) return part->set(value);
  FAIL("no part ", name);
}

Tensor row(const std::vector<double>& values) {
  return from_vector(values, {1, static_cast<std::int64_t>(values.size())});
}

// x = W z + b + .5 ε. W's columns are turned to be orthogonal, which changes no p(x): then the
// posterior's numbers are independent, as q's are.
struct Known {
  Tensor w, b, x = row({0.4, 1, -0.6});
  double variance = 0.25, log_p = -3.463253656498265;

  Known() {
    const Tensor first = from_vector<double>({1, 0.5, -0.3, 2, 0.7, -1.1}, {3, 2});
    const Tensor products = matmul(transpose(first), first);
    const double angle =
        0.5 * std::atan2(2 * products[0][1].item(), products[0][0].item() - products[1][1].item());
    const double c = std::cos(angle), s = std::sin(angle);
    w = matmul(first, from_vector<double>({c, -s, s, c}, {2, 2}));
    b = from_vector<double>({0.1, -0.2, 0.3}, {3});
  }

  VariationalAutoencoder model() const {
    VariationalAutoencoder made = linear_model(3, 2);
    set(made, "decoder.output.weight", w);
    set(made, "decoder.output.bias", b);
    const double own = -15 + std::log(std::expm1(std::log(variance) + 15));
    set(made, "likelihood.log_variance", full({1}, own, DType::float64));
    return made;
  }
};

// The eigenvalues of a symmetric matrix, the largest first, by Jacobi's rotations.
std::vector<double> eigenvalues(Matrix a) {
  for (int sweep = 0; sweep < 30; ++sweep)
    for (std::size_t p = 0; p < a.rows; ++p)
      for (std::size_t q = p + 1; q < a.rows; ++q) {
        const double angle = 0.5 * std::atan2(2 * a(p, q), a(q, q) - a(p, p));
        const double c = std::cos(angle), s = std::sin(angle);
        for (std::size_t k = 0; k < a.rows; ++k) {
          const double x = a(k, p), y = a(k, q);
          a(k, p) = c * x - s * y, a(k, q) = s * x + c * y;
        }
        for (std::size_t k = 0; k < a.rows; ++k) {
          const double x = a(p, k), y = a(q, k);
          a(p, k) = c * x - s * y, a(q, k) = s * x + c * y;
        }
      }
  std::vector<double> values;
  for (std::size_t i = 0; i < a.rows; ++i) values.push_back(a(i, i));
  std::sort(values.rbegin(), values.rend());
  return values;
}

// The largest mean log likelihood of a probabilistic PCA with k components. (Tipping and Bishop,
// "Probabilistic Principal Component Analysis", 1999.)
double best_likelihood(const Tensor& x, std::size_t k) {
  const Tensor centered = x - mean(x, 0);
  const Tensor covariance = matmul(transpose(centered), centered) / static_cast<double>(x.size(0));
  const std::vector<double> values = eigenvalues(matrix(covariance));
  const auto d = static_cast<double>(values.size());
  double logs = 0, rest = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    (i < k ? logs : rest) += i < k ? std::log(values[i]) : values[i];
  const double others = d - static_cast<double>(k);
  return -0.5 *
         (d * (std::log(2 * 3.14159265358979324) + 1) + logs + others * std::log(rest / others));
}

}  // namespace

TEST_CASE("linear Gaussian: with the exact posterior every bound is log p(x), without noise") {
  const Known known;
  const VariationalAutoencoder model = known.model();
  const Tensor precision = sum(square(known.w), 0) + known.variance;  // times the variance
  const Tensor gain = transpose(known.w) / reshape(precision, {2, 1});
  set(model, "encoder.mean.weight", gain);
  set(model, "encoder.mean.bias", -reshape(matmul(gain, reshape(known.b, {3, 1})), {2}));
  set(model, "encoder.log_variance.weight", zeros({2, 3}, DType::float64));
  set(model, "encoder.log_variance.bias", log(known.variance / precision));
  Random noise{1};
  nn::Pass pass{noise};
  for (const std::int64_t draws : {1, 2, 5, 50, 60}) {
    CHECK(model.bound(known.x, draws, pass).item() == doctest::Approx(known.log_p).epsilon(1e-12));
    const Tensor weights = model.log_weights(known.x, draws, pass).value();
    CHECK(weights.shape() == Shape{draws, 1});
    CHECK(allclose(weights, full({draws, 1}, known.log_p, DType::float64), {.rtol = 1e-12}));
  }
  // The closed form of the divergence is as exact, but the draw of the reconstruction is not.
  double sum_of_bounds = 0;
  for (int i = 0; i < 4000; ++i) sum_of_bounds += model.bound(known.x, pass).item();
  CHECK(sum_of_bounds / 4000 == doctest::Approx(known.log_p).epsilon(0.02));
}

TEST_CASE("linear Gaussian: with the prior as proposal, bounds rise to log p(x) from below") {
  const Known known;
  const VariationalAutoencoder model = known.model();
  for (const char* layer : {"encoder.mean", "encoder.log_variance"}) {
    set(model, std::string(layer) + ".weight", zeros({2, 3}, DType::float64));
    set(model, std::string(layer) + ".bias", zeros({2}, DType::float64));
  }
  Random noise{1};
  nn::Pass pass{noise};
  const auto bound = [&](std::int64_t draws) {
    return mean(model.bound(expand(known.x, {draws < 1000 ? 1000 : 500, 3}), draws, pass).value())
        .item();
  };
  const double one = bound(1), ten = bound(10), hundred = bound(100), thousand = bound(1000);
  CHECK(one < ten);
  CHECK(ten < hundred);
  CHECK(hundred < thousand);
  CHECK(hundred < known.log_p);
  CHECK(thousand == doctest::Approx(known.log_p).epsilon(0.005));
  CHECK(one < known.log_p - 5);
}

// (Lucas et al., "Don't Blame the ELBO!", NeurIPS 2019: the optimum of its bound is that of pPCA.)
TEST_CASE("linear Gaussian: a trained linear model stays below pPCA, and comes within a nat") {
  Random random{3};
  const Tensor w = 2 * randn({2, 6}, random, DType::float64);
  const Tensor x = matmul(randn({500, 2}, random, DType::float64), w) + 1.0 +
                   0.4 * randn({500, 6}, random, DType::float64);
  const double best = best_likelihood(x, 2);
  VariationalAutoencoder model = linear_model(6, 2);
  nn::Adam adam{model, {.learning_rate = 0.03}};
  Random noise{4};
  for (int i = 0; i < 1500; ++i) {
    nn::Pass pass{noise, true};
    adam.step(backward(model.loss(x, pass).loss), pass);
  }
  nn::Pass pass{noise};
  double bound = 0;
  for (int i = 0; i < 50; ++i) bound += mean(model.bound(x, pass).value()).item() / 50;
  CHECK(bound < best);
  CHECK(bound > best - 1);
}
