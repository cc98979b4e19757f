// The cells of rows as a model computes with them.
#pragma once

#include <nn/data/dataset.hpp>

namespace ebb::models {

// Columns by the distribution of their cells. What a model never saw has none.
struct ColumnGroups {
  explicit ColumnGroups(const nn::TableExample& table);

  std::vector<nn::Column> columns;
  std::vector<std::size_t> gaussian;  // real and positive numbers
  std::vector<std::size_t> counts;
  std::vector<std::size_t> units;  // multiples of a unit
  std::vector<std::size_t> words;
  Tensor places;                   // [columns], int32: of each column among these groups in turn
  std::int64_t most_frequent = 0;  // numbers of their own, of a column of units
  std::vector<std::size_t> first_features;  // of each column, behind that which says it is known
  std::int64_t features = 0;                // of what an encoder sees of a row
};

// Of n rows. Where a cell is not known there stands some number.
struct Cells {
  Tensor known;     // [n, columns]: 1, or 0
  Tensor features;  // [n, features]: scaled numbers, one-hot words, and what is known
  Tensor linear;    // [n, features]: 1 where a known one enters the factor analysis, or 0
  Tensor numbers, log_slopes;  // [n, gaussian]: scaled, and the logarithm of that scale's slope
  Tensor counts;               // [n, counts], float64
  Tensor upper, widths;        // [n, units]: the upper end of a number's unit, its width, scaled
  Tensor frequent;             // [n, units], int32: 1 + its place among the frequent ones, or 0
  std::vector<Tensor> words;   // [n] each, int32

  // A batch of a table; without a mask all is known. Throws ShapeError for other examples.
  Cells(const ColumnGroups& groups, const nn::Batch& batch);
};

}  // namespace ebb::models
