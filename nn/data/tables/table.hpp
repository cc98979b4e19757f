// A table in memory as a dataset of rows.
#pragma once

#include <memory>
#include <nn/data/dataset.hpp>
#include <optional>

namespace ebb::nn {

// What is known of a cell. A hidden one has a value that nobody learns from: it is there to be
// compared with what is put in its place.
enum class CellState : std::uint8_t { missing, known, hidden };

class [[nodiscard]] Table final : public Dataset {
 public:
  // Cells row by row; the number of a missing one does not matter. Throws ShapeError where they do
  // not fill rows, and Error for a number that its column cannot hold.
  Table(TableExample columns, std::vector<double> cells, std::vector<CellState> states);

  std::int64_t count() const override;
  Batch gather(std::span<const std::int64_t> indices) const override;
  Examples examples() const override { return {example_, 0}; }

  const std::vector<Column>& columns() const { return example_.columns; }
  double value(std::int64_t row, std::int64_t column) const;  // NaN where it is missing
  CellState state(std::int64_t row, std::int64_t column) const;
  std::int64_t count_of(CellState state) const;  // of cells in columns that are not ignored
  // The same cells, of which some are hidden now: mask[row * columns + column].
  Table hide(const std::vector<bool>& mask) const;
  // The same cells under other statistics.
  Table with(TableExample columns) const;

 private:
  std::size_t place(std::int64_t row, std::int64_t column) const;

  TableExample example_;
  std::shared_ptr<const std::vector<double>> cells_;
  std::vector<CellState> states_;
};

// The columns of such rows with their statistics: of the cells that are known, no others.
TableExample fit_columns(const SharedDataset& rows);

// Rows whose columns have other statistics: those of a part of them.
class [[nodiscard]] ScaledRows final : public Dataset {
 public:
  ScaledRows(const SharedDataset& rows, TableExample columns)
      : rows_(rows), columns_(std::move(columns)) {}
  std::int64_t count() const override { return rows_->count(); }
  Batch gather(std::span<const std::int64_t> indices) const override {
    return rows_->gather(indices);
  }
  Examples examples() const override { return {columns_, 0}; }

 private:
  SharedDataset rows_;
  TableExample columns_;
};

}  // namespace ebb::nn
