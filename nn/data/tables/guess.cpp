#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <nn/data/tables/guess.hpp>
#include <nn/files/printable.hpp>
#include <numeric>
#include <set>
#include <tensor/error.hpp>

namespace ebb::nn {

namespace {

constexpr std::size_t most_words = 1000, few_numbers = 20;
constexpr double rows_per_number = 10;  // of few numbers, that count as words then
constexpr int most_digits = 17;

struct Cells {
  std::vector<double> numbers;     // of the cells that say one
  std::vector<std::string> words;  // all that is said, sorted
  std::int64_t said = 0;
  std::int64_t first_word = -1;  // the row of the first cell that says no number
  int digits = 0;                // the most behind a point
  bool whole = true;
};

// Behind the point of a number that is written out: 6 of 2.5e-05.
int digits_of(const std::string& cell, bool decimal_comma) {
  const std::size_t point = cell.find(decimal_comma ? ',' : '.'),
                    exponent = cell.find_first_of("eE");
  int digits = 0;
  if (point != std::string::npos)
    for (std::size_t i = point + 1; i < cell.size() && cell[i] >= '0' && cell[i] <= '9'; ++i)
      ++digits;
  if (exponent != std::string::npos)
    digits -= std::clamp(std::atoi(cell.c_str() + exponent + 1), -most_digits, most_digits);
  return std::clamp(digits, 0, most_digits);
}

Cells look_at(const std::vector<std::string>& cells, bool decimal_comma) {
  Cells all;
  std::set<std::string> words;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (is_missing(cells[i])) continue;
    ++all.said;
    words.insert(cells[i]);
    const std::optional<double> number = number_in(cells[i], decimal_comma);
    if (!number && all.first_word < 0) all.first_word = static_cast<std::int64_t>(i);
    if (!number) continue;
    all.numbers.push_back(*number);
    all.digits = std::max(all.digits, digits_of(cells[i], decimal_comma));
    all.whole = all.whole && *number == std::floor(*number);
  }
  all.words.assign(words.begin(), words.end());
  return all;
}

double skewness(const std::vector<double>& x) {
  const auto n = static_cast<double>(x.size());
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
  double second = 0, third = 0;
  for (const double each : x) {
    const double apart = each - mean;
    second += apart * apart / n, third += apart * apart * apart / n;
  }
  return second > 0 ? third / std::pow(second, 1.5) : 0;
}

// Where there is a 0: the unit, or the number that a tenth is below; half of the least above 0
// where that is 0, too.
double offset_of(std::vector<double> numbers, double unit) {
  std::sort(numbers.begin(), numbers.end());
  if (numbers.front() > 0) return 0;
  if (unit > 0) return unit;
  const auto above = std::upper_bound(numbers.begin(), numbers.end(), 0.0);
  if (above == numbers.end()) return 1;
  return std::max(numbers[numbers.size() / 10], *above / 2);
}

// Is the logarithm the better scale?
bool is_better_bent(const std::vector<double>& numbers) {
  const double offset = offset_of(numbers, 0);
  std::vector<double> logs;
  for (const double number : numbers) logs.push_back(std::log(number + offset));
  const double skew = skewness(numbers);
  return skew > 0.5 && std::abs(skewness(logs)) < skew;
}

ColumnKind kind_of(const Cells& all) {
  if (all.said == 0) return ColumnKind::ignored;
  const std::size_t different = all.words.size();
  const auto n = static_cast<double>(all.said);
  if (all.numbers.empty() || all.first_word >= 0 || different == 1) {
    if (different == 2) return ColumnKind::yes_no;
    const bool names = different > most_words ||
                       (different > few_numbers && 2 * static_cast<double>(different) > n);
    return names ? ColumnKind::ignored : ColumnKind::category;
  }
  if (different == 2 && all.whole) return ColumnKind::yes_no;
  const double least = *std::min_element(all.numbers.begin(), all.numbers.end());
  if (all.whole && different <= few_numbers &&
      n >= rows_per_number * static_cast<double>(different))
    return ColumnKind::category;
  const bool may_bend = least > 0 || (least == 0 && !all.whole);
  if (may_bend && is_better_bent(all.numbers)) return ColumnKind::positive;
  return all.whole && least >= 0 ? ColumnKind::count : ColumnKind::real;
}

// Words that are numbers go by size.
void sort_words(std::vector<std::string>& words, bool decimal_comma) {
  const auto number = [&](const std::string& word) { return number_in(word, decimal_comma); };
  if (!std::all_of(words.begin(), words.end(),
                   [&](const auto& w) { return number(w).has_value(); }))
    return;
  std::stable_sort(words.begin(), words.end(),
                   [&](const auto& a, const auto& b) { return *number(a) < *number(b); });
}

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw FormatError(text("column ", in_quotes(name), ": ", why));
}

void take_words(Column& column, Cells& all, const Guess& said) {
  if (all.words.size() > most_words)
    refuse(column.name, text(grouped(static_cast<std::int64_t>(all.words.size())),
                             " different words; try to ignore it (--kinds)"));
  sort_words(all.words, said.decimal_comma);
  column.words = said.words.empty() ? all.words : said.words;
  for (const std::string& word : all.words)
    if (std::find(column.words.begin(), column.words.end(), word) == column.words.end())
      refuse(column.name, text("holds ", in_quotes(word), ", which is none of its words"));
  if (column.kind == ColumnKind::yes_no && column.words.size() > 2)
    refuse(column.name, text(column.words.size(), " words are more than yes and no; try category"));
}

void check_numbers(const Column& column, const Cells& all, const std::vector<std::string>& cells,
                   const Guess& said, std::int64_t& row) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (is_missing(cells[i])) continue;
    row = static_cast<std::int64_t>(i);
    const std::optional<double> number = number_in(cells[i], said.decimal_comma);
    if (!number)
      refuse(column.name,
             text(in_quotes(cells[i]), " is no number",
                  all.numbers.empty() ? "" : ", as others are", "; say NA for what is missing"));
    if (column.kind == ColumnKind::positive && *number < 0)
      refuse(column.name, text(in_quotes(cells[i]), " is below 0; try the kind real"));
    if (column.kind == ColumnKind::count && (*number < 0 || *number != std::floor(*number)))
      refuse(column.name, text(in_quotes(cells[i]), " is no count; try the kind real"));
  }
}

}  // namespace

bool is_missing(std::string_view cell) {
  if (cell.size() > 4) return false;
  std::string low;
  for (const char c : cell) low += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  for (const char* const word : {"", "na", "n/a", "nan", "null", "none", "?", "-"})
    if (low == word) return true;
  return false;
}

std::optional<double> number_in(std::string_view cell, bool decimal_comma) {
  std::string digits(cell);
  if (decimal_comma) {
    if (digits.find('.') != std::string::npos) return std::nullopt;
    std::replace(digits.begin(), digits.end(), ',', '.');
  }
  const char *begin = digits.data(), *const end = begin + digits.size();
  if (begin != end && *begin == '+') ++begin;
  double number = 0;
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (begin == end || stop != end || error != std::errc() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

double unit_of(const std::vector<double>& numbers) {
  std::int64_t unit = 0;  // in hundredths
  for (const double number : numbers) {
    const double hundredths = std::round(number * 100);
    if (std::abs(hundredths) > 1e15 ||
        std::abs(number * 100 - hundredths) > 1e-6 * std::max(1.0, std::abs(number)))
      return 0;
    unit = std::gcd(unit, static_cast<std::int64_t>(hundredths));
  }
  return static_cast<double>(unit) / 100;
}

Column guess_column(const std::string& name, const std::vector<std::string>& cells,
                    const Guess& said, std::int64_t& row) {
  row = 0;
  Cells all = look_at(cells, said.decimal_comma);
  Column column = {.name = name};
  const bool mostly_numbers = all.numbers.size() > few_numbers && all.first_word >= 0 &&
                              20 * all.numbers.size() >= 19 * static_cast<std::size_t>(all.said);
  column.kind = said.kind ? *said.kind : mostly_numbers ? ColumnKind::real : kind_of(all);
  if (column.has_words()) {
    take_words(column, all, said);
  } else if (column.has_numbers()) {
    check_numbers(column, all, cells, said, row);
    column.digits = all.digits;
    if ((said.with_units || (all.whole && !said.kind)) && all.said > 0)
      column.unit = unit_of(all.numbers);
    if (all.said == 0) column.kind = ColumnKind::ignored;
    if (column.kind == ColumnKind::positive) column.offset = offset_of(all.numbers, column.unit);
  }
  if (column.has_words() && column.words.empty()) column.kind = ColumnKind::ignored;
  return column;
}

}  // namespace ebb::nn
