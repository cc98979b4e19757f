// Covers: models/tables/factors.cpp, models/tables/fit_factors.cpp, models/tables/column_starts.cpp
#include <doctest/doctest.h>

#include <models/tables/row_posterior.hpp>
#include <models/tables/table_autoencoder.hpp>
#include <nn/data/tables/table.hpp>
#include <numeric>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/matmul.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>

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

nn::Batch all_of(const nn::Dataset& table) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(table.count()));
  std::iota(all.begin(), all.end(), 0);
  return table.gather(all);
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
  MESSAGE(amax(var(weights, {0})).item(), " ", mean(weights).item());
  CHECK(amax(var(weights, {0})).item() < 1e-3);
}
