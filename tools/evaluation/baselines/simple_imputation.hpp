// What fills the cells of a table without a model: means and modes, and Gaussians by EM.
#pragma once

#include <nn/data/tables/table.hpp>
#include <string>
#include <tools/evaluation/baselines/gaussian_em.hpp>

namespace ebb::tools {

// Mean and deviation of the numbers of a column that are known, as they are.
struct Scale {
  double mean = 0, deviation = 1;
};

// The rows of a dataset of rows as a table of its columns.
nn::Table table_of(const nn::Dataset& rows);

// `table` [rows, columns], float64, with the means and the most frequent words of the rows to learn
// from in place of cells that are not known.
Tensor fill_by_means(const nn::Table& train, const nn::Table& table);

// The same by Gaussians of scaled numbers and one-hot words, the largest of which counts.
class GaussianFiller {
 public:
  GaussianFiller(const nn::Table& train, std::int64_t components);

  Tensor fill(const nn::Table& table) const;  // [rows, columns], float64
  // The mean over rows, in the columns' units; NaN where there are words or counts.
  double log_density(const nn::Table& table) const;
  // "a Gaussian by EM, 24 iterations over 512 rows".
  std::string name() const;

 private:
  std::vector<Scale> scales_;
  std::int64_t rows_;  // that it was fitted to: fewer where there are many columns
  FittedGaussians model_;
};

}  // namespace ebb::tools
