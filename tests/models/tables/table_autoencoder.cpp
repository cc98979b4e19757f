// Covers: models/tables/column_guesses.cpp, models/tables/column_likelihoods.cpp
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/tables/table_autoencoder.hpp>
#include <nn/data/loader.hpp>
#include <nn/data/tables/drawn_rows.hpp>
#include <nn/data/tables/table.hpp>
#include <nn/distributions.hpp>
#include <nn/optimizers/adam.hpp>
#include <tensor/compare.hpp>
#include <tensor/random.hpp>
#include <tests/models/tables/all_of.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::ColumnLikelihoods, models::TableAutoencoder;
using nn::Column, nn::ColumnKind, nn::TableExample;

namespace {

// A column of each kind, as its rows made them.
TableExample every_kind() {
  return {{{.name = "r", .seen = 9, .mean = 2, .deviation = 3, .least = -9, .most = 9},
           {.name = "p",
            .kind = ColumnKind::positive,
            .seen = 9,
            .mean = 1,
            .deviation = 0.5,
            .least = 1,
            .most = 9},
           {.name = "c", .kind = ColumnKind::count, .seen = 9, .mean = 4, .most = 30},
           {.name = "u",
            .kind = ColumnKind::real,
            .unit = 0.5,
            .seen = 9,
            .mean = 1,
            .deviation = 2,
            .least = -8,
            .most = 10,
            .frequent = {0, 2.5},
            .shares = {0.4, 0.1}},
           {.name = "n",
            .kind = ColumnKind::count,
            .unit = 1,
            .seen = 9,
            .mean = 3,
            .deviation = 2,
            .most = 20},
           {.name = "s",
            .kind = ColumnKind::positive,
            .unit = 2,
            .seen = 9,
            .mean = 1,
            .deviation = 1,
            .least = 2,
            .most = 40},
           {.name = "w",
            .kind = ColumnKind::category,
            .words = {"a", "b", "c"},
            .seen = 9,
            .shares = {0.5, 0.5, 0}},
           {.name = "o",
            .kind = ColumnKind::ordered,
            .words = {"low", "mid", "high"},
            .seen = 9,
            .shares = {0.2, 0.5, 0.3}},
           {.name = "y",
            .kind = ColumnKind::yes_no,
            .words = {"n", "y"},
            .seen = 9,
            .shares = {0.5, 0.5}},
           {.name = "i", .kind = ColumnKind::ignored},
           {.name = "m"}}};  // nothing of it was seen
}

// log p of one row in which only this cell is known.
double log_p(const ColumnLikelihoods& p, const Variable& numbers, std::int64_t column, double x) {
  std::vector<double> row(11, 0);
  std::vector<float> mask(11, 0);
  row[static_cast<std::size_t>(column)] = x, mask[static_cast<std::size_t>(column)] = 1;
  const models::Cells cells(
      p.groups(), {.inputs = from_vector(row, {1, 11}), .mask = from_vector(mask, {1, 11})});
  return sum(p.log_probability(numbers, cells)).item();
}

TableAutoencoder made(const TableExample& table, std::int64_t samples = 1) {
  TableAutoencoder model(table, {.hidden = {16}, .latent = 3, .samples = samples});
  nn::initialize(model, {.seed = 5});
  return model;
}

}  // namespace

TEST_CASE("column_likelihoods: of every kind all probabilities sum to one, and densities") {
  ColumnLikelihoods p(every_kind());
  nn::initialize(p, {.seed = 1});
  Random random{2};
  const Variable numbers = randn({1, 1, p.numbers()}, random);
  const auto total = [&](std::int64_t column, double from, double to, double step) {
    double all = 0;
    for (double x = from; x < to + step / 2; x += step)
      all += std::exp(log_p(p, numbers, column, x));
    return all;
  };
  CHECK(total(0, -60, 60, 0.05) * 0.05 == doctest::Approx(1).epsilon(1e-4));
  CHECK(total(1, 0.01, 200, 0.02) * 0.02 == doctest::Approx(1).epsilon(1e-3));
  CHECK(total(2, 0, 3000, 1) == doctest::Approx(1).epsilon(1e-3));
  CHECK(total(3, -150, 150, 0.5) == doctest::Approx(1).epsilon(1e-4));
  CHECK(total(4, 0, 200, 1) == doctest::Approx(1).epsilon(1e-4));
  CHECK(total(5, 2, 8000, 2) == doctest::Approx(1).epsilon(1e-2));
  for (const std::int64_t words : {6, 7})
    CHECK(total(words, 0, 2, 1) == doctest::Approx(1).epsilon(1e-5));
  CHECK(total(8, 0, 1, 1) == doctest::Approx(1).epsilon(1e-5));
  CHECK(log_p(p, numbers, 9, 3) == 0);
  CHECK(log_p(p, numbers, 10, 3) == 0);
}

TEST_CASE("column_likelihoods: a Gaussian and a log-normal are those of their numbers") {
  ColumnLikelihoods p(
      {{{.name = "r", .seen = 9, .mean = 2, .deviation = 3},
        {.name = "p", .kind = ColumnKind::positive, .seen = 9, .mean = 1, .deviation = 0.5}}});
  const Variable numbers = from_vector<float>({0.5f, -0.2f, 0, 1}, {1, 1, 4});
  const models::Cells cells(p.groups(), {.inputs = from_vector<double>({5, 2}, {1, 2})});
  const std::vector<float> logs = p.log_probability(numbers, cells).value().to_vector<float>();
  // N(5; 3.5, 9) and, of log 2, N(0.9, e/4) over 2. The floor adds e^-10 to the log variances.
  CHECK(logs[0] == doctest::Approx(-2.1425508).epsilon(1e-4));
  CHECK(logs[1] == doctest::Approx(-1.4505).epsilon(2e-3));
}

TEST_CASE("column_likelihoods: draws are what their columns can hold, as often as they say") {
  ColumnLikelihoods p(every_kind());
  nn::initialize(p, {.seed = 1});
  Random random{3};
  const Variable one = randn({1, 1, p.numbers()}, random);
  const std::int64_t n = 4000;
  const Tensor rows = p.sample(expand(squeeze(one, 0), {n, p.numbers()}), random);
  const std::vector<double> x = rows.to_vector<double>();
  std::vector<double> share(11, 0);
  for (std::size_t i = 0; i < x.size(); i += 11) {
    CHECK(x[i + 1] > 0);
    CHECK((x[i + 2] >= 0 && x[i + 2] == std::floor(x[i + 2])));
    CHECK(x[i + 3] * 2 == std::floor(x[i + 3] * 2));
    CHECK((x[i + 4] >= 0 && x[i + 5] >= 2));
    share[3] += x[i + 3] == 0, share[4] += x[i + 4] == 3, share[5] += x[i + 5] == 2;
    share[2] += x[i + 2] == 2, share[6] += x[i + 6] == 0, share[7] += x[i + 7] == 1;
  }
  const double values[] = {0, 0, 2, 0, 3, 2, 0, 1};
  for (const std::int64_t j : {2, 3, 4, 5, 6, 7})
    CHECK_MESSAGE(std::abs(share[static_cast<std::size_t>(j)] / n -
                           std::exp(log_p(p, one, j, values[j]))) < 0.025,
                  "column ", j);
}

TEST_CASE("table_autoencoder: a full mask and none are the same to the bit") {
  const nn::Table table = nn::draw_rows({.count = 40, .missing = 0});
  const TableAutoencoder model = made(nn::fit_columns(table));
  const nn::Batch masked = all_of(table), unmasked = {.inputs = masked.inputs};
  for (const std::int64_t draws : {1, 7}) {
    Random a{3}, b{3};
    nn::Pass first{a}, second{b};
    CHECK(equal(model.log_weights(model.cells(masked), draws, first).value(),
                model.log_weights(model.cells(unmasked), draws, second).value()));
  }
  Random a{3}, b{3};
  nn::Pass first{a}, second{b};
  CHECK(equal(model.loss(masked, first).reconstruction.value(),
              model.loss(unmasked, second).reconstruction.value()));
}

TEST_CASE("table_autoencoder: what is not known changes nothing") {
  const nn::Table table = nn::draw_rows({.count = 40, .missing = 0.3});
  const TableAutoencoder model = made(nn::fit_columns(table));
  nn::Batch batch = all_of(table);
  Random a{3}, b{3};
  nn::Pass first{a}, second{b};
  const Tensor before = model.log_weights(model.cells(batch), 2, first).value();
  batch.inputs = where(cast(batch.mask, DType::float64), batch.inputs, -77.5);
  CHECK(equal(model.log_weights(model.cells(batch), 2, second).value(), before));
}

TEST_CASE(
    "table_autoencoder: more draws make a tighter bound, and cells add up to the likelihood") {
  const nn::Table table = nn::draw_rows({.count = 300});
  const TableAutoencoder model = made(nn::fit_columns(table));
  const models::Cells cells = model.cells(all_of(table));
  const auto bound = [&](std::int64_t draws) {
    Random noise{1};
    nn::Pass pass{noise};
    return mean(nn::importance_bound(model.log_weights(cells, draws, pass))).item();
  };
  CHECK(bound(1) < bound(5));
  CHECK(bound(5) < bound(50));
  Random a{9}, b{9};
  nn::Pass first{a}, second{b};
  CHECK(allclose(sum(model.cell_log_probabilities(cells, first), -1).value(),
                 -model.loss(all_of(table), second).reconstruction.value(), {.rtol = 1e-4}));
}

TEST_CASE("table_autoencoder: a bound stays below what is true, and comes close") {
  const nn::Table table = nn::draw_rows({.count = 6000});
  TableAutoencoder model(nn::fit_columns(table), {.hidden = {64}, .latent = 6});
  nn::initialize(model, {.seed = 1});
  nn::Adam adam{model, {.learning_rate = 3e-3}};
  Random noise{2};
  for (int epoch = 0; epoch < 12; ++epoch)
    for (const nn::Batch& batch : nn::Loader{table, {.batch_size = 100, .seed = 1}}.epoch(epoch)) {
      nn::Pass pass{noise, true};
      adam.step(backward(model.loss(batch, pass).loss), pass);
    }
  const nn::Batch test = all_of(nn::draw_rows({.count = 2000, .seed = 7}));
  nn::Pass pass{noise};
  const Tensor bound = cast(
      nn::importance_bound(model.log_weights(model.cells(test), 20, pass)).value(), DType::float64);
  const Tensor apart = nn::log_probability_of_rows(test) - bound;
  const double error = std::sqrt(var(apart).item() / 2000);
  CHECK(mean(apart).item() >= -4 * error);
  CHECK(mean(apart).item() < 1);  // of 8.7 nats
}

TEST_CASE("table_autoencoder: whatever the seed, no bound is above what is true") {
  const nn::Table table = nn::draw_rows({.count = 120});
  const nn::Batch rows = all_of(table), test = all_of(nn::draw_rows({.count = 400, .seed = 9}));
  const Tensor truth = nn::log_probability_of_rows(test);
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    TableAutoencoder model(nn::fit_columns(table), {.hidden = {8}, .latent = 3});
    nn::initialize(model, {.seed = seed});
    Random noise{seed};
    if (seed % 6 == 0) model.begin(rows, noise);
    nn::Adam adam{model, {.learning_rate = 1e-2}};
    for (int step = 0; step < 10; ++step) {
      nn::Pass pass{noise, true};
      adam.step(backward(model.loss(rows, pass).loss), pass);
    }
    nn::Pass pass{noise};
    const Tensor apart =
        truth - cast(nn::importance_bound(model.log_weights(model.cells(test), 20, pass)).value(),
                     DType::float64);
    CHECK(mean(apart).item() >= -4 * std::sqrt(var(apart).item() / 400));
  }
}

TEST_CASE("table_autoencoder: one row, and rows of another width") {
  const nn::Table one = nn::draw_rows({.count = 1});
  const TableAutoencoder model = made(nn::fit_columns(one), 3);
  Random noise{1};
  nn::Pass pass{noise, true};
  CHECK(std::isfinite(model.loss(all_of(one), pass).loss.item()));
  CHECK(message_of<ShapeError>([&] {
          return model.cells({.inputs = zeros({2, 5})});
        }) == "table: rows [2, 5] and mask [0]; try [n, 6] for both");
}
