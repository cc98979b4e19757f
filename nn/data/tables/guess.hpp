// What do the cells of a column look like?
#pragma once

#include <nn/data/column.hpp>
#include <optional>
#include <string_view>

namespace ebb::nn {

// Nothing, NA, N/A, NaN, null, none, ? and - in any case.
bool is_missing(std::string_view cell);
// The number that all of the cell says; "1,5" where there are decimal commas.
std::optional<double> number_in(std::string_view cell, bool decimal_comma = false);

// A column of that name from its cells, all rows of it: its kind, unit and words. A said kind is
// taken, and of `ordered` the order of `words`, if there are some. `with_units` makes numbers that
// are multiples of .01 discrete. Throws FormatError for cells that do not fit, with the row's
// number in `row`.
struct Guess {
  std::optional<ColumnKind> kind = {};
  std::vector<std::string> words = {};
  bool decimal_comma = false, with_units = false;
};
Column guess_column(const std::string& name, const std::vector<std::string>& cells,
                    const Guess& said, std::int64_t& row);

// The largest number of which all are multiples, if that is a multiple of .01; else 0.
double unit_of(const std::vector<double>& numbers);

}  // namespace ebb::nn
