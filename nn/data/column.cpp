#include <algorithm>
#include <cmath>
#include <nn/data/column.hpp>

namespace ebb::nn {

const char* name_of(ColumnKind kind) {
  constexpr const char* names[] = {"real",    "positive", "count",  "category",
                                   "ordered", "yes/no",   "ignored"};
  return names[static_cast<std::size_t>(kind)];
}

bool Column::has_words() const {
  return kind == ColumnKind::category || kind == ColumnKind::ordered || kind == ColumnKind::yes_no;
}

double Column::bent(double number) const {
  return kind == ColumnKind::positive ? std::log(number + offset) : number;
}

double Column::unbent(double number) const {
  return kind == ColumnKind::positive ? std::exp(number) - offset : number;
}

bool TableExample::has_same_columns(const TableExample& other) const {
  return std::equal(columns.begin(), columns.end(), other.columns.begin(), other.columns.end(),
                    [](const Column& a, const Column& b) {
                      return a.name == b.name && a.kind == b.kind && a.words == b.words;
                    });
}

}  // namespace ebb::nn
