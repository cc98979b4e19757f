#include <fmt/format.h>

#include <algorithm>
#include <nn/data/split.hpp>
#include <nn/data/tables/drawn_rows.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <tools/training/sources/table.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t most_lines = 40;  // about columns, that a run prints

}  // namespace

bool is_table_name(const std::string& path) {
  return path.ends_with(".csv") || path.ends_with(".tsv");
}

std::string line_about(std::size_t place, const nn::Column& column) {
  std::string line = fmt::format("column {} {}: {}", place + 1, nn::in_quotes(column.name),
                                 nn::name_of(column.kind));
  if (column.kind == nn::ColumnKind::ignored) return line;
  if (column.has_words()) {
    line += fmt::format(", {} words: ", column.words.size());
    for (std::size_t k = 0; k < std::min<std::size_t>(column.words.size(), 6); ++k)
      line += (k > 0 ? ", " : "") + nn::printable(column.words[k]);
    return line + (column.words.size() > 6 ? ", …" : "");
  }
  if (column.seen > 0) line += fmt::format(", {} to {}", column.least, column.most);
  return column.unit > 0 ? line + fmt::format(", multiples of {}", column.unit) : line;
}

Source read_table_source(const TrainOptions& options) {
  const nn::TableFile file = nn::read_table(options.data, options.table);
  Source source{file.table};
  source.table = std::make_shared<const nn::Table>(file.table);
  source.notes = file.notes;
  const nn::TableExample columns = nn::fit_columns(file.table);
  const std::int64_t missing = file.table.count_of(nn::CellState::missing),
                     hidden = file.table.count_of(nn::CellState::hidden);
  source.notes.push_back(
      fmt::format("data: {} rows, {} columns{}{}; --kinds FILE says other kinds",
                  nn::grouped(file.table.count()), columns.columns.size(),
                  missing > 0 ? fmt::format(", {} cells missing", nn::grouped(missing)) : "",
                  hidden > 0 ? fmt::format(", {} hidden", nn::grouped(hidden)) : ""));
  for (std::size_t j = 0; j < std::min(columns.columns.size(), most_lines); ++j)
    source.notes.push_back("  " + line_about(j, columns.columns[j]));
  if (columns.columns.size() > most_lines)
    source.notes.push_back(fmt::format("  and {} more", columns.columns.size() - most_lines));
  source.files = Json::array();
  for (const std::string& path : {options.data, options.table.kinds, options.table.missing})
    if (!path.empty()) source.files.push_back(describe_file(path));
  return source;
}

Source draw_table_source() {
  const nn::Table rows = nn::draw_rows();
  const std::int64_t count = rows.count(), train = count - count / 6;
  Source source{nn::Subset(rows, nn::indices_between(0, train))};
  source.test = nn::Subset(rows, nn::indices_between(train, count));
  source.table = std::make_shared<const nn::Table>(rows);
  return source;
}

Json to_json(const nn::TableExample& table) {
  Json columns = Json::array();
  for (const nn::Column& column : table.columns) {
    Json one = {{"name", column.name},           {"kind", nn::name_of(column.kind)},
                {"unit", column.unit},           {"offset", column.offset},
                {"words", column.words},         {"digits", column.digits},
                {"seen", column.seen},           {"mean", column.mean},
                {"deviation", column.deviation}, {"least", column.least},
                {"most", column.most},           {"frequent", column.frequent},
                {"shares", column.shares}};
    columns.push_back(std::move(one));
  }
  return columns;
}

nn::TableExample table_from(const Json& json) {
  constexpr int all_kinds = 7;
  nn::TableExample table;
  for (const Json& one : json) {
    nn::Column& column = table.columns.emplace_back();
    const std::string kind = one.at("kind");
    int found = 0;
    while (found < all_kinds && kind != nn::name_of(static_cast<nn::ColumnKind>(found))) ++found;
    if (found == all_kinds)
      throw FormatError(text("config: a column of the kind ", nn::in_quotes(kind),
                             " is unknown; is it of a newer ebb?"));
    column.kind = static_cast<nn::ColumnKind>(found);
    one.at("name").get_to(column.name), one.at("unit").get_to(column.unit);
    one.at("offset").get_to(column.offset);
    one.at("words").get_to(column.words), one.at("digits").get_to(column.digits);
    one.at("seen").get_to(column.seen), one.at("mean").get_to(column.mean);
    one.at("deviation").get_to(column.deviation), one.at("least").get_to(column.least);
    one.at("most").get_to(column.most), one.at("frequent").get_to(column.frequent);
    one.at("shares").get_to(column.shares);
  }
  return table;
}

}  // namespace ebb::tools
