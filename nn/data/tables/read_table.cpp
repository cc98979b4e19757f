#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nn/data/tables/guess.hpp>
#include <nn/data/tables/read_table.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <set>
#include <tensor/error.hpp>

namespace ebb::nn {

namespace {

struct Said {
  ColumnKind kind;
  std::vector<std::string> words;
};

std::optional<ColumnKind> kind_named(const std::string& word) {
  static const std::map<std::string, ColumnKind> kinds = {
      {"real", ColumnKind::real},         {"positive", ColumnKind::positive},
      {"pos", ColumnKind::positive},      {"count", ColumnKind::count},
      {"category", ColumnKind::category}, {"cat", ColumnKind::category},
      {"ordered", ColumnKind::ordered},   {"ordinal", ColumnKind::ordered},
      {"yes/no", ColumnKind::yes_no},     {"ignored", ColumnKind::ignored}};
  const auto found = kinds.find(word);
  return found == kinds.end() ? std::nullopt : std::optional(found->second);
}

// A file whose lines need not be of equal length: each as the cells of its own.
std::vector<std::vector<std::string>> lines_of(const std::string& path) {
  std::vector<std::vector<std::string>> lines;
  const std::string bytes = read_file(path);
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    std::string line = bytes.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    at = end + 1;
    std::vector<std::string>& cells = lines.emplace_back();
    if (line.empty()) continue;
    const Csv csv(line, printable(path), {.separator = ','});
    for (std::int64_t i = 0; i < csv.columns(); ++i) cells.push_back(csv.cell(0, i));
  }
  return lines;
}

std::vector<std::optional<Said>> read_kinds(const std::string& path,
                                            const std::vector<std::string>& names) {
  std::vector<std::optional<Said>> said(names.size());
  std::size_t next = 0;
  const auto lines = lines_of(path);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::vector<std::string>& cells = lines[i];
    if (cells.empty()) continue;
    const auto refuse = [&](const std::string& why) {
      throw FormatError(text(printable(path), " line ", i + 1, ": ", why));
    };
    const auto at = std::find(names.begin(), names.end(), cells[0]);
    const std::optional<ColumnKind> second = cells.size() > 1 ? kind_named(cells[1]) : std::nullopt;
    const bool names_one = at != names.end() && second;
    const bool titles = cells[0] == "type" || (cells.size() > 1 && cells[1] == "kind");
    if (i == 0 && titles && !names_one) continue;
    if (names_one) {
      said[static_cast<std::size_t>(at - names.begin())] = {*second,
                                                            {cells.begin() + 2, cells.end()}};
    } else if (const std::optional<ColumnKind> kind = kind_named(cells[0])) {
      if (next == names.size()) refuse(text("a kind for more than ", names.size(), " columns"));
      said[next++] = {*kind, {}};
    } else {
      refuse(
          text(in_quotes(cells[0]),
               at == names.end() ? " is neither a kind nor a column" : ": no kind behind it",
               "; try name,kind with real, positive, count, category, ordered, yes/no or ignored"));
    }
  }
  return said;
}

bool guess_header(const Csv& csv, bool decimal_comma) {
  if (csv.rows() < 2) return false;
  const auto is_number = [&](std::int64_t row, std::int64_t column) {
    return number_in(csv.cell(row, column), decimal_comma).has_value();
  };
  bool numbers_below = false, words_above = true;
  std::set<std::string> names;
  for (std::int64_t j = 0; j < csv.columns(); ++j) {
    words_above = words_above && !is_number(0, j) && !is_missing(csv.cell(0, j));
    names.insert(csv.cell(0, j));
    for (std::int64_t i = 1; i < std::min<std::int64_t>(csv.rows(), 100); ++i)
      numbers_below = numbers_below || is_number(i, j);
  }
  if (!words_above || static_cast<std::int64_t>(names.size()) < csv.columns()) return false;
  if (numbers_below) return true;
  for (std::int64_t j = 0; j < csv.columns(); ++j)  // words alone: does a title come up again?
    for (std::int64_t i = 1; i < csv.rows(); ++i)
      if (csv.cell(i, j) == csv.cell(0, j)) return false;
  return true;
}

std::vector<std::string> names_of(const Csv& csv, bool header, const std::string& path) {
  std::vector<std::string> names;
  for (std::int64_t j = 0; j < csv.columns(); ++j) {
    std::string name = header ? csv.cell(0, j) : "";
    if (name.empty()) name = text("column ", j + 1);
    if (std::find(names.begin(), names.end(), name) != names.end())
      throw FormatError(text(printable(path), " line ", csv.line(0), ": two columns are named ",
                             in_quotes(name), "; is that line a header? try --header no"));
    names.push_back(name);
  }
  return names;
}

std::vector<std::string> cells_in(const Csv& csv, std::int64_t column, bool header) {
  std::vector<std::string> cells;
  cells.reserve(static_cast<std::size_t>(csv.rows()));
  for (std::int64_t i = header ? 1 : 0; i < csv.rows(); ++i) cells.push_back(csv.cell(i, column));
  return cells;
}

// Reads a table's cells, column by column.
class Filling final {
 public:
  Filling(const std::string& path, const Csv& csv, bool header, const TableOptions& options)
      : path_(path),
        csv_(csv),
        header_(header),
        options_(options),
        rows_(csv.rows() - (header ? 1 : 0)),
        cells_(static_cast<std::size_t>(rows_ * csv.columns())),
        states_(cells_.size(), CellState::missing) {}

  void fill(std::int64_t column, const Column& what, const std::vector<std::string>& cells) {
    std::map<std::string, double> words;
    for (const std::string& word : what.words)
      words.emplace(word, static_cast<double>(words.size()));
    std::int64_t unknown = 0;
    std::string first;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (is_missing(cells[i]) || what.kind == ColumnKind::ignored) continue;
      const std::size_t place =
          i * static_cast<std::size_t>(csv_.columns()) + static_cast<std::size_t>(column);
      if (what.has_words()) {
        const auto found = words.find(cells[i]);
        if (found == words.end()) {
          if (unknown++ == 0) first = text(in_quotes(cells[i]), " in line ", line(i));
          continue;
        }
        cells_[place] = found->second;
      } else {
        cells_[place] = number(what, cells[i], i);
      }
      states_[place] = CellState::known;
    }
    if (unknown > 0)
      notes.push_back(
          text("data: column ", in_quotes(what.name), ": ", grouped(unknown),
               " cells with words that the model does not know count as missing: ", first));
  }

  Table table(TableExample columns) {
    if (!options_.missing.empty()) hide();
    return Table(std::move(columns), std::move(cells_), std::move(states_));
  }
  std::int64_t line(std::size_t row) const {
    return csv_.line(static_cast<std::int64_t>(row) + (header_ ? 1 : 0));
  }

  std::vector<std::string> notes;

 private:
  double number(const Column& what, const std::string& cell, std::size_t row) const {
    const std::optional<double> found = number_in(cell, options_.decimal_comma);
    const bool fits =
        found && !(what.kind == ColumnKind::positive && *found + what.offset <= 0) &&
        !(what.kind == ColumnKind::count && (*found < 0 || *found != std::floor(*found)));
    if (!fits)
      throw FormatError(text(printable(path_), " line ", line(row), ": column ",
                             in_quotes(what.name), ": ", in_quotes(cell),
                             " is no number of the kind ", name_of(what.kind),
                             "; say NA for what is missing"));
    return *found;
  }

  void hide() {
    const auto lines = lines_of(options_.missing);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].empty()) continue;
      const auto at = [&](std::size_t j, std::int64_t most) {
        const std::optional<double> found =
            j < lines[i].size() ? number_in(lines[i][j]) : std::nullopt;
        if (lines[i].size() != 2 || !found || *found < 1 || *found > static_cast<double>(most) ||
            *found != std::floor(*found))
          throw FormatError(text(printable(options_.missing), " line ", i + 1,
                                 ": try row,column, from 1 to ", rows_, " and from 1 to ",
                                 csv_.columns()));
        return static_cast<std::int64_t>(*found);
      };
      const std::int64_t row = at(0, rows_), column = at(1, csv_.columns());
      CellState& state = states_[static_cast<std::size_t>((row - 1) * csv_.columns() + column - 1)];
      if (state == CellState::known) state = CellState::hidden;
    }
  }

  const std::string& path_;
  const Csv& csv_;
  bool header_;
  const TableOptions& options_;
  std::int64_t rows_;
  std::vector<double> cells_;
  std::vector<CellState> states_;
};

TableExample columns_of(const std::string& path, const Csv& csv, bool header,
                        const TableOptions& options) {
  const std::vector<std::string> names = names_of(csv, header, path);
  std::vector<std::optional<Said>> said(names.size());
  if (!options.kinds.empty()) said = read_kinds(options.kinds, names);
  TableExample example;
  for (std::size_t j = 0; j < names.size(); ++j) {
    Guess guess = {.decimal_comma = options.decimal_comma, .with_units = options.units};
    if (said[j]) guess.kind = said[j]->kind, guess.words = said[j]->words;
    std::int64_t row = 0;
    try {
      example.columns.push_back(
          guess_column(names[j], cells_in(csv, static_cast<std::int64_t>(j), header), guess, row));
    } catch (const FormatError& error) {
      const std::int64_t at = std::min(row + (header ? 1 : 0), csv.rows() - 1);
      throw FormatError(text(printable(path), " line ", csv.line(at), ": ", error.what()));
    }
  }
  return example;
}

void require_columns(const std::string& path, const Csv& csv, bool header,
                     const TableExample& columns) {
  const auto expected = static_cast<std::int64_t>(columns.columns.size());
  if (csv.columns() != expected)
    throw FormatError(text(printable(path), " line ", csv.line(0), ": ", csv.columns(),
                           " columns, but the model's table has ", expected));
  for (std::int64_t j = 0; header && j < expected; ++j)
    if (const std::string& name = columns.columns[static_cast<std::size_t>(j)].name;
        csv.cell(0, j) != name && name != text("column ", j + 1))
      throw FormatError(text(printable(path), " line ", csv.line(0), ": column ", j + 1, " is ",
                             in_quotes(csv.cell(0, j)), ", but the model's is ", in_quotes(name)));
}

// Do the titles of known columns stand in the first line?
bool has_titles(const Csv& csv, const TableExample& columns) {
  for (std::size_t j = 0; j < columns.columns.size(); ++j)
    if (static_cast<std::int64_t>(j) < csv.columns() &&
        csv.cell(0, static_cast<std::int64_t>(j)) == columns.columns[j].name)
      return true;
  return false;
}

}  // namespace

TableFile read_table(const std::string& path, const TableOptions& options) {
  Csv csv(read_file(path), printable(path),
          {.skip = options.skip, .comma_in = options.decimal_comma});
  const bool header = options.header == "guess"
                          ? guess_header(csv, options.decimal_comma) ||
                                (options.columns && has_titles(csv, *options.columns))
                          : options.header == "yes";
  if (csv.rows() == (header ? 1 : 0))
    throw FormatError(text(printable(path), " line ", csv.line(0), ": a header and no rows"));
  if (options.columns) require_columns(path, csv, header, *options.columns);
  TableExample columns =
      options.columns ? *options.columns : columns_of(path, csv, header, options);
  Filling filling(path, csv, header, options);
  for (std::size_t j = 0; j < columns.columns.size(); ++j)
    filling.fill(static_cast<std::int64_t>(j), columns.columns[j],
                 cells_in(csv, static_cast<std::int64_t>(j), header));
  Table table = filling.table(std::move(columns));
  return {std::move(csv), header, std::move(table), std::move(filling.notes)};
}

std::string cell_of(const Column& column, double value, bool decimal_comma) {
  if (column.has_words()) return column.words.at(static_cast<std::size_t>(value));
  if (column.unit > 0) value = std::round(value / column.unit) * column.unit;
  char digits[400];
  std::snprintf(digits, sizeof digits, "%.*f", column.kind == ColumnKind::count ? 0 : column.digits,
                value);
  std::string cell = digits;
  if (decimal_comma) std::replace(cell.begin(), cell.end(), '.', ',');
  return cell;
}

}  // namespace ebb::nn
