#include <doctest/doctest.h>

#include <models/tables/table_autoencoder.hpp>
#include <nn/data/loader.hpp>
#include <nn/data/tables/drawn_rows.hpp>
#include <nn/data/tables/table.hpp>
#include <nn/optimizers/adam.hpp>
#include <tensor/compare.hpp>
#include <tensor/random.hpp>
#include <tests/models/tables/all_of.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::TableAutoencoder;
using nn::ColumnKind;

TEST_CASE("imputation: known cells stay, the others are filled by what rows are like") {
  // y = 2 x, and w says whether x is above 0; x is missing in the last rows, y in those before.
  std::vector<double> cells;
  std::vector<nn::CellState> states;
  Random random{1};
  const std::vector<double> x = randn({600}, random, DType::float64).to_vector<double>();
  for (const double each : x) {
    for (const double cell : {each, 2 * each, each > 0 ? 1.0 : 0.0}) cells.push_back(cell);
    states.insert(states.end(), 3, nn::CellState::known);
  }
  const nn::Table table({{{.name = "x"},
                          {.name = "y"},
                          {.name = "w", .kind = ColumnKind::yes_no, .words = {"n", "y"}}}},
                        cells, states);
  TableAutoencoder model(nn::fit_columns(table), {.hidden = {32}, .latent = 2});
  nn::initialize(model, {.seed = 1});
  nn::Adam adam{model, {.learning_rate = 5e-3}};
  for (int epoch = 0; epoch < 40; ++epoch)
    for (const nn::Batch& batch : nn::Loader{table, {.batch_size = 50, .seed = 1}}.epoch(epoch)) {
      nn::Pass pass{random, true};
      adam.step(backward(model.loss(batch, pass).loss), pass);
    }
  nn::Pass pass{random};
  const nn::Batch full = all_of(table);
  CHECK(equal(model.impute(full, 10, pass), full.inputs));
  CHECK(equal(model.impute_by_chance({.inputs = full.inputs}, 10, pass), full.inputs));
  nn::Batch half = {.inputs = from_vector<double>({1, 0, 0, 0, -2, 0}, {2, 3}),
                    .mask = from_vector<float>({1, 0, 0, 0, 1, 0}, {2, 3})};
  const std::vector<double> filled = model.impute(half, 200, pass).to_vector<double>();
  CHECK(filled[0] == 1);
  CHECK(std::abs(filled[1] - 2) < 0.4);
  CHECK(filled[2] == 1);
  CHECK(std::abs(filled[3] + 1) < 0.4);
  CHECK(filled[5] == 0);
  const std::vector<double> drawn = model.impute_by_chance(half, 200, pass).to_vector<double>();
  CHECK(drawn[4] == -2);
  CHECK(std::abs(drawn[1] - 2) < 1.5);
  // A cell that does not fit its row is the one that is not expected.
  const nn::Batch odd = {.inputs = from_vector<double>({1, -2, 1}, {1, 3})};
  const std::vector<float> surprise = model.given_others(odd, 100, pass).to_vector<float>();
  CHECK(surprise[1] < -5);
  CHECK(surprise[2] > surprise[1]);
}

TEST_CASE("imputation: no rows stay none, and no draws are refused") {
  const nn::Table table = nn::draw_rows({.count = 4});
  TableAutoencoder model(nn::fit_columns(table), {.hidden = {8}, .latent = 2});
  nn::initialize(model, {.seed = 1});
  Random noise{1};
  nn::Pass pass{noise};
  const nn::Batch none = {.inputs = zeros({0, 6}, DType::float64)};
  CHECK(model.impute(none, 5, pass).shape() == Shape{0, 6});
  CHECK(model.impute_by_chance(none, 5, pass).shape() == Shape{0, 6});
  CHECK(model.given_others(none, 5, pass).shape() == Shape{0, 6});
  CHECK(message_of<Error>([&] { return model.impute(all_of(table), 0, pass); }) ==
        "table: 0 draws; it takes at least 1");
}
