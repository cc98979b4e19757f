// Tables as text: lines of cells with a separator between them (RFC 4180).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ebb::nn {

struct CsvOptions {
  char separator = 0;     // 0: the one of , ; and tab that cuts the first lines alike
  std::int64_t skip = 0;  // lines before the table
  bool comma_in = false;  // numbers have decimal commas, so a comma does not separate
};

// The text of a table, and where its cells are. Cells may stand in quotes, in which separators,
// ends of lines and, doubled, quotes are text; blanks around a cell do not count. Empty lines are
// passed by, unless a table of one column ends with more lines.
class [[nodiscard]] Csv final {
 public:
  // Throws FormatError, which begins with `name` and the line's number, for lines of unequal
  // length, quotes that do not end or that text follows, bytes of 0, a text that is not UTF-8, and
  // where there is no line at all.
  Csv(std::string text, const std::string& name, const CsvOptions& options = {});

  std::int64_t rows() const { return static_cast<std::int64_t>(lines_.size()); }
  std::int64_t columns() const { return columns_; }
  char separator() const { return separator_; }
  std::int64_t line(std::int64_t row) const;  // its number in the file, from 1
  // As it stands in the file, and what it says: without blanks and quotes.
  std::string_view raw(std::int64_t row, std::int64_t column) const;
  std::string cell(std::int64_t row, std::int64_t column) const;
  // The whole text, with other cells in some places: those for which `other` says one. All else
  // stays as it is, to the byte.
  std::string with(
      const std::function<std::optional<std::string>(std::int64_t, std::int64_t)>& other) const;

 private:
  struct Span {
    std::size_t begin, end;
  };
  void read(const std::string& name, std::size_t at, std::int64_t line);
  void end_row(const std::string& name, std::int64_t line, std::int64_t cells);

  std::string text_;
  char separator_;
  std::int64_t columns_ = 0;
  std::vector<Span> cells_;
  std::vector<std::int64_t> lines_;
};

// A cell as a file holds it: in quotes where it needs them.
std::string csv_cell(std::string_view text, char separator);

}  // namespace ebb::nn
