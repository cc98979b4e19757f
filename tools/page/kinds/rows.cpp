#include <autograd/gradients.hpp>
#include <models/tables/table_autoencoder.hpp>
#include <nn/data/split.hpp>
#include <nn/data/tables/drawn_rows.hpp>
#include <nn/data/tables/read_table.hpp>
#include <tensor/makers.hpp>
#include <tensor/reduce.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/scores.hpp>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/columns.hpp>
#include <tools/page/kinds/missing.hpp>
#include <tools/page/kinds/relations.hpp>
#include <tools/page/kinds/rows.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::int64_t most_rows = 10'000;  // that are counted

// What the model expects in those cells, one of each row, as their columns write it.
std::vector<std::string> expected_in(const models::TableAutoencoder& model, nn::Batch rows,
                                     const std::vector<std::size_t>& places,
                                     const std::vector<nn::Column>& columns) {
  constexpr std::int64_t draws = 100;
  const NoGrad constants;
  Random noise = Random{0}.fork("expected cells");
  nn::Pass pass{noise};
  std::vector<float> known = rows.mask.to_vector<float>();
  for (std::size_t i = 0; i < places.size(); ++i) known[i * columns.size() + places[i]] = 0;
  rows.mask = from_vector(known, rows.mask.shape());
  const std::vector<double> filled = model.impute(rows, draws, pass).to_vector<double>();
  std::vector<std::string> all;
  for (std::size_t i = 0; i < places.size(); ++i)
    all.push_back(nn::cell_of(columns[places[i]], filled[i * columns.size() + places[i]]));
  return all;
}

// Of the rows with these numbers, compared with the first of the test rows.
std::vector<OddCell> odd_cells(const OpenedRun& run, const std::vector<std::int64_t>& indices) {
  constexpr std::int64_t compared = 500;
  const std::int64_t first = std::min(compared, run.data->test->count());
  std::vector<std::int64_t> rows = nn::indices_between(0, first);
  for (const std::int64_t index : indices)
    if (index >= first) rows.push_back(index);
  const NoGrad constants;
  const std::vector<OddCell> odd =
      find_odd_cells(run.recipe(), run.trained.prepare(nn::Subset(run.data->test, rows), "test"));
  std::vector<OddCell> found;
  for (auto later = static_cast<std::size_t>(first); const std::int64_t index : indices)
    found.push_back(odd[index < first ? static_cast<std::size_t>(index) : later++]);
  return found;
}

class Rows final : public PageKind {
 public:
  explicit Rows(const nn::TableExample& table) : columns_(table.columns) {}

  Json shown(const nn::Batch& examples, bool) const override {
    return written_rows(examples, columns_);
  }
  std::int64_t bytes_of_each() const override {
    return 10 * static_cast<std::int64_t>(columns_.size());
  }
  Json details(const OpenedRun& run, const std::vector<std::int64_t>& indices) const override;
  Json samples(const OpenedRun& run) const override {
    constexpr std::int64_t drawn = 12;
    const NoGrad constants;
    const std::uint64_t seed = run.trained.config.at("seed");
    Random noise = Random{seed}.fork("samples");
    nn::Pass pass{noise};
    return {{"examples", shown(run.recipe().sample(drawn, {.mean = false}, pass), true)}};
  }
  std::vector<Section> sections(const OpenedRun& run) const override;
  Json truth(const OpenedRun& run) const override;

 private:
  std::vector<nn::Column> columns_;
};

Json Rows::details(const OpenedRun& run, const std::vector<std::int64_t>& indices) const {
  const models::TableAutoencoder* const model = run.recipe().table();
  if (!model) return nullptr;
  const std::vector<OddCell> odd = odd_cells(run, indices);
  std::vector<std::size_t> places;
  for (const OddCell& cell : odd) places.push_back(cell.place);
  const std::vector<std::string> expected =
      expected_in(*model, chosen(run.test(), indices), places, columns_);
  Json all = Json::array();
  for (std::size_t i = 0; i < odd.size(); ++i)
    all.push_back({{"odd", odd[i].nats > 0 ? Json(places[i]) : Json()},
                   {"odd_nats", rounded(odd[i].nats, 3)},
                   {"expected", expected[i]}});
  return all;
}

std::vector<Section> Rows::sections(const OpenedRun& run) const {
  if (!run.data)
    return {{"columns", nullptr, run.why_nothing()},
            {"relations", nullptr, run.why_nothing()},
            {"missing", nullptr, run.why_nothing()}};
  const RowCells train = cells_of(run.data->train, most_rows),
                 test = cells_of(run.data->test, most_rows),
                 generated = drawn_cells(run, most_rows);
  return {
      {"columns", columns_in(columns_, train, test, generated), ""},
      {"relations", relations_in(columns_, train, test, generated), "Fewer than two columns vary."},
      {"missing", missing_in(train, test), "No cell of the table is missing."}};
}

Json Rows::truth(const OpenedRun& run) const {
  if (run.trained.config.at("data") != drawn_rows) return nullptr;
  const PreparedExamples test = run.test();
  double total = 0;
  for (std::int64_t i = 0; i < test.batches(); ++i)
    total += sum(nn::log_probability_of_rows(test.batch(i))).item();
  return {{"name", "the graph that draws the rows"},
          {"value", total / static_cast<double>(test.count())}};
}

}  // namespace

std::unique_ptr<PageKind> page_kind(const nn::TableExample& table) {
  return std::make_unique<Rows>(table);
}

}  // namespace ebb::tools
