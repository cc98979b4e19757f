#include <fmt/format.h>

#include <cassert>
#include <cmath>
#include <fstream>
#include <tensor/version.hpp>
#include <thread>
#include <tools/benchmark/report.hpp>

namespace ebb::tools::benchmark {
namespace {

// Some names hold letters of two bytes: they stand in one place all the same.
int width_of(const std::string& text) {
  int letters = 0;
  for (char c : text) letters += (c & 0xC0) != 0x80;
  return letters;
}

int width_of(const Column& column) { return std::max(column.width, width_of(column.name)); }

std::string padded(const std::string& text, int width, bool to_the_left) {
  const std::string blanks(static_cast<std::size_t>(std::max(0, width - width_of(text))), ' ');
  return to_the_left ? text + blanks : blanks + text;
}

std::string format_cell(const Column& column, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  const double value = std::get<double>(cell);
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, column.digits) : "-";
}

}  // namespace

std::string format_line(const std::vector<Column>& columns, const std::vector<Cell>& cells) {
  assert(columns.size() == cells.size());
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += (i > 0 ? "  " : "") +
            padded(format_cell(columns[i], cells[i]), width_of(columns[i]), i == 0);
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos)
      return line.substr(line.find(": ") + 2);
  return "unknown";
}

Report::Report(std::FILE* out) : out_(out) {
  json_["version"] = EBB_VERSION;
  json_["processor"] = processor_name();
  json_["cores"] = std::thread::hardware_concurrency();
  json_["tables"] = nlohmann::ordered_json::array();
}

void Report::enter(const std::string& suite, const std::string& isa, int threads) {
  suite_ = suite, isa_ = isa, threads_ = threads;
}

void Report::begin_table(const std::string& title, std::vector<Column> columns) {
  columns_ = std::move(columns);
  json_["tables"].push_back({{"suite", suite_},
                             {"isa", isa_},
                             {"threads", threads_},
                             {"title", title},
                             {"rows", nlohmann::ordered_json::array()},
                             {"notes", nlohmann::ordered_json::object()}});
  if (!out_) return;
  std::vector<Cell> names;
  for (const Column& column : columns_) names.emplace_back(column.name);
  fmt::print(out_, "\n{}: {} ({}, {} thread{})\n{}\n", suite_, title, isa_, threads_,
             threads_ == 1 ? "" : "s", format_line(columns_, names));
}

void Report::add(const std::vector<Cell>& cells) {
  nlohmann::ordered_json row;
  for (std::size_t i = 0; i < cells.size(); ++i)
    std::visit([&](const auto& value) { row[columns_[i].name] = value; }, cells[i]);
  json_["tables"].back()["rows"].push_back(row);
  if (!out_) return;
  fmt::print(out_, "{}\n", format_line(columns_, cells));
  std::fflush(out_);
}

void Report::note(const std::string& key, double value, const std::string& line) {
  json_["tables"].back()["notes"][key] = value;
  if (out_) fmt::print(out_, "{}\n", line);
}

void Report::take(const nlohmann::ordered_json& other) {
  for (const auto& table : other.at("tables")) json_["tables"].push_back(table);
}

}  // namespace ebb::tools::benchmark
