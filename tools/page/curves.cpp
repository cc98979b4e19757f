#include <nn/files/file.hpp>
#include <tensor/error.hpp>
#include <tools/page/curves.hpp>
#include <tools/page/encoding.hpp>
#include <tools/training/sources.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t most_points = 600;

std::vector<Json> lines_in(const std::string& path) {
  const std::string text = nn::read_file(path);
  std::vector<Json> lines;
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    Json line = Json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                            text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    if (!line.is_object())
      throw DataError(ebb::text(path, ": line ", lines.size() + 1,
                                " is no JSON object; is it of a run of tools/train?"));
    lines.push_back(std::move(line));
  }
  return lines;
}

// Every so many of them, and the last.
std::vector<Json> some_of(const std::vector<Json>& lines) {
  const std::size_t step = lines.size() / most_points + 1;
  std::vector<Json> some;
  for (std::size_t i = 0; i < lines.size(); i += step) some.push_back(lines[i]);
  if (!lines.empty() && (lines.size() - 1) % step != 0) some.push_back(lines.back());
  return some;
}

}  // namespace

Json curves_of(const std::string& run) {
  const std::vector<Json> lines = [&] {
    try {
      return some_of(lines_in(run + "/metrics.jsonl"));
    } catch (const Error& error) {
      throw DataError(error.what());
    }
  }();
  Json columns = Json::object();
  for (std::size_t i = 0; i < lines.size(); ++i)
    for (const auto& [key, value] : lines[i].items()) {
      if (!value.is_number() && !value.is_null()) continue;
      Json& column = columns[key];
      while (column.size() < i) column.push_back(nullptr);
      column.push_back(value.is_number_float() ? rounded(value.get<double>(), 7) : value);
    }
  for (Json& column : columns)
    while (column.size() < lines.size()) column.push_back(nullptr);
  return columns;
}

}  // namespace ebb::tools
