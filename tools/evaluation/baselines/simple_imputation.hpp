// What fills the cells of a table without a model: means and modes, and a Gaussian by EM.
#pragma once

#include <nn/data/tables/table.hpp>

namespace ebb::tools {

// The rows of a dataset of rows as a table of its columns.
nn::Table table_of(const nn::Dataset& rows);

// `table` [rows, columns], float64, with the means and the most frequent words of the rows to learn
// from in place of cells that are not known.
Tensor fill_by_means(const nn::Table& train, const nn::Table& table);

struct GaussianFilling {
  Tensor filled;  // [rows, columns]
  int iterations;
  std::int64_t rows;   // that it was fitted to: fewer where there are many columns
  double log_density;  // of rows, in the columns' units; NaN where there are words or counts
};
// The same by one Gaussian of scaled numbers and one-hot words, the largest of which counts.
GaussianFilling fill_by_em(const nn::Table& train, const nn::Table& table);

}  // namespace ebb::tools
