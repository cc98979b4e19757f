// What the columns of a table hold.
#pragma once

#include <cstdint>
#include <string>
#include <tensor/error.hpp>
#include <vector>

namespace ebb::nn {

enum class ColumnKind {
  real,      // any number
  positive,  // a number above 0, or from 0 on, whose logarithm is looked at
  count,     // 0, 1, 2, …
  category,  // one of some words
  ordered,   // one of some words that stand in an order
  yes_no,    // one of two words
  ignored    // nothing is made of it
};

// "real", …, "yes/no", "ignored".
const char* name_of(ColumnKind kind);

// Numbers are in their own units, words are numbers 0, 1, … of the list.
struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::real;
  double unit = 0;  // more than 0: all its numbers are multiples of it
  std::vector<std::string> words = {};
  double offset = 0;  // is added to a positive number before its logarithm; not 0 where 0 may be
  int digits = 6;     // behind the point, of a number that is written

  // Of the cells that a model learns from: see fit_columns.
  std::int64_t seen = 0;              // 0: the others mean nothing
  double mean = 0, deviation = 1;     // of the numbers or, where positive, their logarithms
  double least = 0, most = 0;         // of the numbers
  std::vector<double> frequent = {};  // numbers that come up again and again, sorted
  std::vector<double> shares = {};    // of the words, or of the frequent numbers

  bool has_words() const;
  bool has_numbers() const { return !has_words() && kind != ColumnKind::ignored; }
  // Does a likelihood of it sum to one? The others are densities.
  bool is_discrete() const { return has_words() || kind == ColumnKind::count || unit > 0; }
  // What comes of a number before it is scaled by mean and deviation, and back.
  double bent(double number) const;
  double unbent(double number) const;

  friend bool operator==(const Column&, const Column&) = default;
};

// Rows of such columns. A batch has inputs [n, columns], float64, and a mask of that shape; what is
// not known is 0 in both.
struct TableExample {
  std::vector<Column> columns;
  // Tables of the same columns may have been scaled by other rows.
  bool has_same_columns(const TableExample& other) const;
  friend bool operator==(const TableExample&, const TableExample&) = default;
};

}  // namespace ebb::nn
