// Cells of many rows, to be counted.
#pragma once

#include <nn/data/column.hpp>
#include <tools/page/opened.hpp>

namespace ebb::tools {

struct RowCells {
  std::vector<double> values;  // row by row
  std::vector<float> known;    // 1, or 0
  std::size_t width = 0;

  std::size_t count() const { return width > 0 ? values.size() / width : 0; }
  bool knows(std::size_t row, std::size_t column) const { return known[row * width + column] != 0; }
  double at(std::size_t row, std::size_t column) const { return values[row * width + column]; }
  std::vector<double> known_in(std::size_t column) const;
};

// Those of at most so many of the first rows. Throws Interrupted.
RowCells cells_of(const nn::SharedDataset& rows, std::int64_t most);
// Of so many rows that the model draws, by the run's seed. Throws Interrupted.
RowCells drawn_cells(const OpenedRun& run, std::int64_t count);

// Has the model a distribution of the column's cells?
bool is_modelled(const nn::Column& column);

// Rows as they stand in a page: a list of cells each, as their columns write them, null where a
// cell is not known.
nlohmann::ordered_json written_rows(const nn::Batch& rows, const std::vector<nn::Column>& columns);

}  // namespace ebb::tools
