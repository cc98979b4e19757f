// Covers: models/tables/factors.cpp, models/tables/fit_factors.cpp, models/tables/column_starts.cpp
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/tables/row_posterior.hpp>
#include <models/tables/table_autoencoder.hpp>
#include <nn/data/tables/table.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/models/tables/all_of.hpp>

using namespace ebb;

namespace {

// Rows of six numbers made of two factors, a third of the cells not known.
nn::Table correlated_rows(std::int64_t count) {
  Random random{3};
  const Tensor w = randn({2, 6}, random, DType::float64);
  const Tensor x = matmul(randn({count, 2}, random, DType::float64), w) +
                   0.3 * randn({count, 6}, random, DType::float64);
  std::vector<nn::CellState> states;
  for (const float u : rand({count * 6}, random).to_vector<float>())
    states.push_back(u < 0.33 ? nn::CellState::missing : nn::CellState::known);
  nn::TableExample columns;
  for (const char* const name : {"a", "b", "c", "d", "e", "f"})
    columns.columns.push_back({.name = name});
  const nn::Table table(columns, x.to_vector<double>(), states);
  return table.with(nn::fit_columns(table));
}

}  // namespace

TEST_CASE(
    "row_posterior: a model begins with the exact posterior of numbers, whatever is missing") {
  const nn::Table table = correlated_rows(300);
  models::TableAutoencoder model(std::get<nn::TableExample>(table.examples().kind),
                                 {.hidden = {8}, .latent = 4});
  nn::initialize(model, {.seed = 1});
  Random random{1};
  const nn::Batch rows = all_of(table);
  model.begin(rows, random);
  nn::Pass pass{random};
  const Tensor weights = model.log_weights(model.cells(rows), 50, pass).value();  // [50, 300]
  CHECK(amax(var(weights, {0})).item() < 1e-3);
}

TEST_CASE("row_posterior: divergence is that of a Gaussian with its correlations, and of draws") {
  const Tensor root = from_vector<float>({2, 1, 0, 0.5}, {1, 2, 2});
  const models::RowPosterior q = {
      {from_vector<float>({1, -1}, {1, 2}), root},
      {from_vector<float>({0.5, 1}, {1, 2}), from_vector<float>({0, 0.4f}, {1, 2})}};
  // mean (1 + 1 + 1, -1 + 0.5), variances (4 + e^0.4, e^0.4 / 4), log |root| = 0, scales 0 and 0.2.
  const double wide = std::exp(0.4), kl = 0.5 * (4 + 1.25 * wide + 9 + 0.25 - 2) - 0.2;
  CHECK(allclose(q.mean().value(), from_vector<float>({3, -0.5}, {1, 2})));
  CHECK(sum(q.divergence()).item() == doctest::Approx(kl).epsilon(1e-5));
  CHECK(exp(q.log_variance().value())[0][0].item() == doctest::Approx(4 + wide).epsilon(1e-5));
  Random random{1};
  const auto [z, log_ratio] = q.draw(20'000, random);
  CHECK(z.shape() == Shape{20'000, 1, 2});
  CHECK(std::abs(mean(log_ratio.value()).item() + kl) < 0.1);
  CHECK(std::abs(mean(z.value(), {0})[0][0].item() - 3) < 0.1);
}

TEST_CASE("fit_factors: finds what rows were made of, and gives what never varies nothing") {
  Random random{5};
  const Tensor z = randn({2000, 1}, random, DType::float64);
  const Tensor w = from_vector<double>({2, -1, 0.5, 0}, {1, 4});
  const Tensor noise = from_vector<double>({0.5, 0.5, 0.5, 0});
  const Tensor x = matmul(z, w) + noise * randn({2000, 4}, random, DType::float64) + 3.0;
  const models::Factors found = models::fit_factors(x, ones({2000, 4}), 1, random);
  CHECK(allclose(found.mean, full({4}, 3, DType::float64), {.atol = 0.15}));
  CHECK(allclose(abs(matmul(found.loadings, transpose(found.loadings))),
                 abs(matmul(transpose(w), w)), {.rtol = 0.1, .atol = 0.06}));
  CHECK(allclose(slice(found.noise, 0, 0, 3), full({3}, 0.25, DType::float64), {.atol = 0.12}));
  CHECK(found.loadings[3][0].item() == 0);
  const models::FactorPosterior nothing = models::posterior(found, x, zeros({2000, 4}));
  CHECK(nothing.mean[7][0].item() == 0);
  CHECK(nothing.root[7][0][0].item() == 1);
}
