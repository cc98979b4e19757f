#include <algorithm>
#include <nn/files/csv.hpp>
#include <nn/files/printable.hpp>
#include <nn/files/utf8.hpp>
#include <tensor/error.hpp>

namespace ebb::nn {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool ends_line(char c) { return c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// How many separators each of the first lines has, if all have as many; else 0.
std::int64_t cuts(std::string_view text, char separator) {
  constexpr int looked_at = 20;
  std::int64_t found = -1, here = 0;
  bool quoted = false;
  int lines = 0;
  for (std::size_t i = 0; i <= text.size() && lines < looked_at; ++i) {
    const bool ends = i == text.size() || (text[i] == '\n' && !quoted);
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (!ends) {
      here += text[i] == separator && !quoted;
      continue;
    }
    const auto begins = [&](std::size_t at) { return at == 0 || text[at - 1] == '\n'; };
    const bool empty = begins(i) || (text[i - 1] == '\r' && begins(i - 1)) || i == text.size();
    if (here == 0 && empty) continue;  // an empty line, or the end behind the last one
    if (found >= 0 && found != here) return 0;
    found = here, here = 0, ++lines;
  }
  return std::max<std::int64_t>(found, 0);
}

char guess_separator(std::string_view text, bool comma_in) {
  char best = comma_in ? ';' : ',';
  std::int64_t most = 0;
  for (const char separator : {',', ';', '\t'}) {
    if (separator == ',' && comma_in) continue;
    const std::int64_t found = cuts(text, separator);
    if (found > most) best = separator, most = found;
  }
  return best;
}

std::size_t behind_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

[[noreturn]] void refuse(const std::string& name, std::int64_t line, const std::string& why) {
  throw FormatError(text(name, " line ", line, ": ", why));
}

}  // namespace

Csv::Csv(std::string text, const std::string& name, const CsvOptions& options)
    : text_(std::move(text)), separator_(options.separator) {
  if (const std::size_t broken = first_byte_of_no_text(text_); broken < text_.size())
    refuse(name,
           1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(broken), '\n'),
           "bytes that are no UTF-8 text; is it a table at all?");
  std::size_t at = text_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  for (std::int64_t i = 0; i < options.skip; ++i) at = behind_line(text_, at);
  if (separator_ == 0)
    separator_ = guess_separator(std::string_view(text_).substr(at), options.comma_in);
  read(name, at, 1 + options.skip);
  if (lines_.empty())
    throw FormatError(ebb::text("csv: ", name, " holds no lines",
                                options.skip > 0 ? " behind those that are left out" : "",
                                "; try another file"));
}

// One pass over all bytes.
void Csv::read(const std::string& name, std::size_t at, std::int64_t line) {
  const std::size_t size = text_.size();
  while (at < size) {
    const std::int64_t first_line = line;
    std::int64_t cells = 0;
    for (bool more = true; more; ++cells) {
      const std::size_t begin = at;
      while (at < size && is_blank(text_[at]) && text_[at] != separator_) ++at;
      if (at < size && text_[at] == '"') {
        const std::int64_t opened = line;
        for (++at; at < size; ++at) {
          line += text_[at] == '\n';
          if (text_[at] != '"') continue;
          if (at + 1 < size && text_[at + 1] == '"')
            ++at;
          else
            break;
        }
        if (at == size) refuse(name, opened, "a quote that does not end");
        ++at;
        while (at < size && is_blank(text_[at]) && text_[at] != separator_) ++at;
        if (at < size && text_[at] != separator_ && !ends_line(text_[at]))
          refuse(name, line, "text behind a quote that ended; double a quote inside of quotes");
      } else {
        while (at < size && text_[at] != separator_ && text_[at] != '\n') ++at;
        if (at > begin && at < size && text_[at] == '\n' && text_[at - 1] == '\r') --at;
      }
      cells_.push_back({begin, at});
      more = at < size && text_[at] == separator_;
      if (more) ++at;
    }
    if (at < size && text_[at] == '\r') ++at;
    if (at < size && text_[at] == '\n') ++at;
    ++line;
    end_row(name, first_line, cells);
  }
}

void Csv::end_row(const std::string& name, std::int64_t line, std::int64_t cells) {
  const bool empty = cells == 1 && cells_.back().begin == cells_.back().end;
  if (empty && columns_ != 1) return cells_.pop_back();
  if (columns_ == 0) columns_ = cells;
  if (cells != columns_) {
    const bool second = static_cast<std::int64_t>(cells_.size()) == columns_ + cells;
    refuse(name, line,
           text(cells, cells == 1 ? " cell" : " cells", ", but the ",
                second ? "line before it has " : "lines before it have ", columns_,
                "; is the separator '", separator_ == '\t' ? ' ' : separator_, "'?",
                second ? " If the table begins later: --skip 1 leaves out a line" : ""));
  }
  lines_.push_back(line);
}

std::int64_t Csv::line(std::int64_t row) const { return lines_.at(static_cast<std::size_t>(row)); }

std::string_view Csv::raw(std::int64_t row, std::int64_t column) const {
  const Span span = cells_.at(static_cast<std::size_t>(row * columns_ + column));
  return std::string_view(text_).substr(span.begin, span.end - span.begin);
}

std::string Csv::cell(std::int64_t row, std::int64_t column) const {
  std::string_view text = trimmed(raw(row, column));
  if (text.empty() || text.front() != '"') return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string said;
  for (std::size_t i = 0; i < text.size(); ++i) {
    said += text[i];
    if (text[i] == '"') ++i;
  }
  return said;
}

std::string Csv::with(
    const std::function<std::optional<std::string>(std::int64_t, std::int64_t)>& other) const {
  std::string text;
  std::size_t at = 0;
  for (std::int64_t i = 0; i < rows(); ++i)
    for (std::int64_t j = 0; j < columns_; ++j) {
      const std::optional<std::string> cell = other(i, j);
      if (!cell) continue;
      const Span span = cells_[static_cast<std::size_t>(i * columns_ + j)];
      text.append(text_, at, span.begin - at);
      text += csv_cell(*cell, separator_);
      at = span.end;
    }
  return text.append(text_, at);
}

std::string csv_cell(std::string_view text, char separator) {
  const bool plain =
      std::none_of(text.begin(), text.end(),
                   [&](char c) { return c == separator || c == '"' || ends_line(c); }) &&
      trimmed(text) == text;
  if (plain) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace ebb::nn
