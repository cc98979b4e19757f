// Covers: tools/evaluation/baselines/simple_imputation.cpp
#include <doctest/doctest.h>

#include <cmath>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tools/evaluation/baselines/gaussian_em.hpp>
#include <tools/evaluation/baselines/simple_imputation.hpp>

using namespace ebb;
using nn::CellState, nn::ColumnKind, nn::Table;

namespace {
const double unknown = std::nan("");
}

TEST_CASE("fit_gaussians: of complete rows it is mean and covariance, at once") {
  const Tensor rows = from_vector<double>({1, 2, 3, 6, 5, 4}, {3, 2});
  const tools::FittedGaussians model = tools::fit_gaussians(rows, {.iterations = 1});
  CHECK(allclose(model.mean[0], from_vector<double>({3, 4})));
  CHECK(allclose(model.covariance[0],
                 from_vector<double>({8.0 / 3, 4.0 / 3, 4.0 / 3, 8.0 / 3}, {2, 2}),
                 {.atol = 1e-5}));
  // log N((1, 2); …), by hand: |Σ| = 16/3 and (2, 2) Σ⁻¹ (2, 2)ᵀ = 2.
  const double each = -std::log(2 * 3.14159265358979323846) - 0.5 * std::log(16.0 / 3);
  CHECK(tools::log_density(model, from_vector<double>({1, 2}, {1, 2})) ==
        doctest::Approx(each - 1).epsilon(1e-5));
}

TEST_CASE("fill_by_gaussians: what is missing has its mean given the rest") {
  const tools::FittedGaussians model = {from_vector<double>({1}),
                                        from_vector<double>({1, 2}, {1, 2}),
                                        from_vector<double>({4, 2, 2, 9}, {1, 2, 2})};
  const Tensor filled = tools::fill_by_gaussians(
      model, from_vector<double>({3, unknown, unknown, unknown, unknown, 11}, {3, 2}));
  CHECK(allclose(filled, from_vector<double>({3, 3, 1, 2, 3, 11}, {3, 2})));
}

TEST_CASE("fit_gaussians: missing cells do not hide how columns go together") {
  Random random{1};
  const std::vector<double> x = randn({2000, 2}, random, DType::float64).to_vector<double>();
  const std::vector<double> drop = rand({2000, 2}, random, DType::float64).to_vector<double>();
  std::vector<double> rows;
  for (std::size_t i = 0; i < x.size(); i += 2) {
    rows.push_back(drop[i] < 0.3 ? unknown : x[i]);
    rows.push_back(drop[i + 1] < 0.3 ? unknown : 0.8 * x[i] + 0.6 * x[i + 1]);
  }
  const tools::FittedGaussians model = tools::fit_gaussians(from_vector(rows, {2000, 2}));
  CHECK(std::abs(model.covariance[0][0][1].item() - 0.8) < 0.1);
  CHECK(std::abs(model.mean[0][0].item()) < 0.08);
}

TEST_CASE("fit_gaussians: a mixture finds two heaps, and fills by the one that a row is of") {
  Random random{2};
  std::vector<double> rows;
  const std::vector<double> e = randn({400, 2}, random, DType::float64).to_vector<double>();
  for (std::size_t i = 0; i < e.size(); i += 2) {
    const double side = i % 4 == 0 ? 5 : -5;
    rows.push_back(side + e[i]),
        rows.push_back(i % 20 == 0 ? unknown : -side * side + side + e[i + 1]);
  }
  const Tensor x = from_vector(rows, {400, 2});
  const tools::FittedGaussians two = tools::fit_gaussians(x, {.components = 2});
  CHECK(two.converged);
  CHECK(two.iterations < 200);
  CHECK(tools::log_density(two, x) > tools::log_density(tools::fit_gaussians(x), x) + 0.3);
  const Tensor filled =
      tools::fill_by_gaussians(two, from_vector<double>({5, unknown, -5, unknown}, {2, 2}));
  CHECK(std::abs(filled[0][1].item() + 20) < 0.5);
  CHECK(std::abs(filled[1][1].item() + 30) < 0.5);
}

TEST_CASE("fill_by_means, GaussianFiller: cells in their columns' own terms") {
  const nn::TableExample columns = {
      {{.name = "x"},
       {.name = "y"},
       {.name = "w", .kind = ColumnKind::category, .words = {"low", "high"}}}};
  std::vector<double> cells;
  for (int i = 0; i < 60; ++i)
    for (const double cell :
         {i % 10 + 0.0, 100 + 20 * (i % 10) + i % 3 - 1.0, i % 10 > 3 ? 1.0 : 0.0})
      cells.push_back(cell);
  const Table all(columns, cells, std::vector<CellState>(cells.size(), CellState::known));
  const Table train = all.with(nn::fit_columns(all));
  std::vector<bool> mask(cells.size(), false);
  mask[1] = mask[3 * 9 + 2] = mask[3 * 5] = true;
  const Table hidden = train.hide(mask);
  const std::vector<double> means = tools::fill_by_means(train, hidden).to_vector<double>();
  CHECK(means[1] == doctest::Approx(190));
  CHECK(means[29] == 1);
  CHECK(means[15] == doctest::Approx(4.5));
  CHECK(means[0] == 0);
  const tools::GaussianFiller em(train, 1);
  const std::vector<double> filled = em.fill(hidden).to_vector<double>();
  CHECK(std::abs(filled[1] - 100) < 6);
  CHECK(filled[29] == 1);
  CHECK(std::abs(filled[15] - 5) < 0.3);
  CHECK(em.name().starts_with("a Gaussian by EM, "));
  CHECK(em.name().ends_with(" iterations over 60 rows"));
  CHECK(std::isnan(em.log_density(hidden)));
  CHECK(tools::table_of(hidden).count_of(CellState::missing) == 3);
}
