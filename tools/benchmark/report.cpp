#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <tensor/version.hpp>
#include <thread>
#include <tools/benchmark/report.hpp>

namespace ebb::tools::benchmark {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos)
      return line.substr(line.find(": ") + 2);
  return "unknown";
}

Report::Report(std::FILE* out)
    : out_(out),
      json_({{"version", EBB_VERSION},
             {"processor", processor_name()},
             {"cores", std::thread::hardware_concurrency()},
             {"tables", nlohmann::ordered_json::array()}}) {
  enter("", "", 0);
}

void Report::enter(const std::string& suite, const std::string& isa, int threads) {
  begin_ = {{"suite", suite}, {"isa", isa}, {"threads", threads}};
}

void Report::begin_table(const std::string& title, const Columns& columns) {
  nlohmann::ordered_json table = begin_;
  table.update({{"title", title},
                {"rows", nlohmann::ordered_json::array()},
                {"notes", nlohmann::ordered_json::object()}});
  json_["tables"].push_back(table);
  columns_.clear();
  std::vector<Cell> names;
  for (const std::string& column : columns) {
    const std::size_t colon = std::min(column.find(':'), column.size());
    names.emplace_back(column.substr(0, colon));
    columns_.emplace_back(column.substr(0, colon),
                          colon < column.size() ? std::stoi(column.substr(colon + 1)) : 2);
  }
  const int threads = table["threads"];
  if (out_)
    fmt::print(out_, "\n{}: {} ({}, {} thread{})\n", std::string(table["suite"]), title,
               std::string(table["isa"]), threads, threads == 1 ? "" : "s");
  print(names);
}

void Report::print(const std::vector<Cell>& cells) const {
  if (!out_) return;
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto* const words = std::get_if<std::string>(&cells[i]);
    const auto* const whole = std::get_if<std::int64_t>(&cells[i]);
    const auto* const value = std::get_if<double>(&cells[i]);
    const auto& [name, digits] = columns_.at(i);
    const std::string text = words                   ? *words
                             : whole                 ? std::to_string(*whole)
                             : std::isfinite(*value) ? fmt::format("{:.{}f}", *value, digits)
                                                     : "-";
    line += i == 0 ? fmt::format("{:20}", text)
                   : fmt::format("  {:>{}}", text, std::max<std::size_t>(8, name.size()));
  }
  fmt::print(out_, "{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  std::fflush(out_);
}

void Report::add(const std::vector<Cell>& cells) {
  nlohmann::ordered_json row;
  for (std::size_t i = 0; i < cells.size(); ++i)
    std::visit([&](const auto& value) { row[columns_.at(i).first] = value; }, cells[i]);
  json_["tables"].back()["rows"].push_back(row);
  print(cells);
}

void Report::note(const std::string& key, double value, const std::string& line) {
  json_["tables"].back()["notes"][key] = value;
  if (out_) fmt::print(out_, "{}\n", line);
}

void Report::take(const nlohmann::ordered_json& other) {
  for (const auto& table : other.at("tables")) json_["tables"].push_back(table);
}

}  // namespace ebb::tools::benchmark
