#include <autograd/gradients.hpp>
#include <nn/data/tables/read_table.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/row_cells.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::int64_t at_a_time = 500;
constexpr std::size_t longest_word = 80;  // bytes

void append(RowCells& cells, const nn::Batch& rows) {
  const std::vector<double> values = rows.inputs.to_vector<double>();
  cells.width = static_cast<std::size_t>(rows.inputs.size(1));
  cells.values.insert(cells.values.end(), values.begin(), values.end());
  const std::vector<float> known =
      rows.mask.count() > 0 ? rows.mask.to_vector<float>() : std::vector<float>(values.size(), 1);
  cells.known.insert(cells.known.end(), known.begin(), known.end());
}

}  // namespace

std::vector<double> RowCells::known_in(std::size_t column) const {
  std::vector<double> found;
  for (std::size_t row = 0; row < count(); ++row)
    if (knows(row, column)) found.push_back(at(row, column));
  return found;
}

RowCells cells_of(const nn::SharedDataset& rows, std::int64_t most) {
  RowCells cells;
  const std::int64_t count = std::min(rows->count(), most);
  for (std::int64_t i = 0; i < count; i += at_a_time) {
    stop_if_interrupted();
    append(cells, rows->gather(nn::indices_between(i, std::min(i + at_a_time, count))));
  }
  return cells;
}

RowCells drawn_cells(const OpenedRun& run, std::int64_t count) {
  const NoGrad constants;
  const std::uint64_t seed = run.trained.config.at("seed");
  Random noise = Random{seed}.fork("rows on the page");
  nn::Pass pass{noise};
  RowCells cells;
  for (std::int64_t i = 0; i < count; i += at_a_time) {
    stop_if_interrupted();
    append(cells, run.recipe().sample(std::min(at_a_time, count - i), {.mean = false}, pass));
  }
  return cells;
}

bool is_modelled(const nn::Column& column) {
  return column.seen > 0 && column.kind != nn::ColumnKind::ignored;
}

Json written_rows(const nn::Batch& rows, const std::vector<nn::Column>& columns) {
  RowCells cells;
  append(cells, rows);
  Json all = Json::array();
  for (std::size_t row = 0; row < cells.count(); ++row) {
    Json one = Json::array();
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const bool there = cells.knows(row, j) && is_modelled(columns[j]);
      one.push_back(there ? Json(cut(nn::cell_of(columns[j], cells.at(row, j)), longest_word))
                          : Json());
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace ebb::tools
