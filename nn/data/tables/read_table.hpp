// A CSV file as a table.
#pragma once

#include <nn/data/tables/table.hpp>
#include <nn/files/csv.hpp>

namespace ebb::nn {

struct TableOptions {
  std::string header = "guess";  // does the first line name the columns? "yes", "no"
  std::int64_t skip = 0;         // lines before it
  bool decimal_comma = false;
  bool units = false;  // numbers that are multiples of .01 are discrete
  std::string kinds =
      {};  // a file: a line for each column, or "name,kind"; empty: they are guessed
  std::string missing = {};  // a file of cells to hide: lines "row,column", both from 1
  std::optional<TableExample> columns = {};  // that the table must have; empty: they are guessed
};

struct TableFile {
  Csv csv;
  bool header;  // the first row of csv is no row of the table
  Table table;
  std::vector<std::string> notes;  // what was left out, in a line each
};

// Where the columns are known, words that they do not hold are missing cells, and are noted. A line
// of the file `kinds` begins with the kind of the next column, or with a column's name and its
// kind; behind `ordered` there may be its words in their order. The kinds are real, positive (pos),
// count, category (cat), ordered (ordinal), yes/no and ignored. Throws IoError, and FormatError,
// which names the file and the line.
TableFile read_table(const std::string& path, const TableOptions& options = {});

// A number as its column has it, with a decimal comma if so; a word.
std::string cell_of(const Column& column, double value, bool decimal_comma = false);

}  // namespace ebb::nn
