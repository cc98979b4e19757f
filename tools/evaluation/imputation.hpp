// How far from hidden cells is what was put in their place?
#pragma once

#include <map>
#include <nn/data/tables/table.hpp>
#include <string>

namespace ebb {
struct Random;
namespace models {
class TableAutoencoder;
}
}  // namespace ebb

namespace ebb::tools {

// The rows of a table with best guesses in place of what is not known, or with draws of it:
// [rows, columns], float64. Takes 8,000,000 / rows draws of the code for each row, at least 100 and
// at most 1,000. The same for any number of threads. Throws Interrupted.
Tensor fill_table(const models::TableAutoencoder& model, const nn::Table& table, bool by_chance,
                  const Random& noise);

// Of the hidden cells of a kind.
struct CellErrors {
  std::int64_t cells = 0;
  double error = 0;  // the mean over columns, as below
};
struct ImputationErrors {
  // Of numbers the root mean square of a column by its range (most - least of all that is known),
  // of ordered words the mean distance by their number less one, of other words the share of wrong
  // ones: in the mean over columns with hidden cells. (Nazábal et al., 2020.)
  std::map<nn::ColumnKind, CellErrors> kinds;
  CellErrors numbers, words;  // of all kinds of numbers, and of words, ordered or not
  // The mean square over hidden numbers, in variances of all that is known of their columns, hidden
  // or not; NaN where there are none.
  double squared_error = 0;
};

// `filled` [rows, columns], float64: the whole table with something in place of each cell.
ImputationErrors imputation_errors(const nn::Table& table, const Tensor& filled);

}  // namespace ebb::tools
