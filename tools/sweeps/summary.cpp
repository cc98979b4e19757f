#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <nn/files/file.hpp>
#include <tools/sweeps/summary.hpp>

namespace ebb::tools {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// In the order of the table.
const std::vector<Figure>& all_figures() {
  static const std::vector<Figure> all = {{"test_loss", "test loss", 4},
                                          {"test_accuracy", "accuracy", 4},
                                          {"squared_error", "squared error", 5},
                                          {"elbo", "bound (nats)", 2},
                                          {"cross_entropy_and_kl", "cross entropy + KL", 2},
                                          {"active_units", "active units", 1},
                                          {"knn_accuracy", "5 neighbors", 4},
                                          {"parameters", "parameters", 0},
                                          {"train_seconds", "seconds", 1}};
  return all;
}

double number(const Json& object, const std::string& key) {
  const Json value = object.value(key, Json());
  return value.is_number() ? value.get<double>() : unknown;
}

// The first of the references beside a figure whose name begins so.
double reference(const Json& evaluation, const std::string& figure, const std::string& name) {
  for (const Json& rung : evaluation.at("references").value(figure, Json::array()))
    if (rung.at("name").get<std::string>().starts_with(name)) return number(rung, "value");
  return unknown;
}

using Figures = std::map<std::string, double>;

Figures figures_of(const std::string& run) {
  const Json config = Json::parse(nn::read_file(run + "/config.json")),
             evaluation = Json::parse(nn::read_file(run + "/evaluation.json"));
  Figures found;
  const std::string metrics = nn::read_file(run + "/metrics.jsonl");
  const Json best =
      config.value("keep", "") == "best" ? config.value("best_epoch", Json()) : Json();
  double seconds = 0;
  for (std::size_t at = 0; at < metrics.size();) {
    const std::size_t end = std::min(metrics.find('\n', at), metrics.size());
    const Json line = Json::parse(metrics.substr(at, end - at));
    seconds += number(line, "seconds");
    // Of the epoch whose weights were kept.
    if (best.is_null() || line.value("epoch", Json()) == best)
      for (const char* key : {"test_loss", "test_accuracy"}) found[key] = number(line, key);
    at = end + 1;
  }
  found["train_seconds"] = seconds;
  found["parameters"] = number(config, "parameters");
  for (const char* key : {"elbo", "active_units", "knn_accuracy"})
    found[key] = number(evaluation, key);
  if (std::isnan(found["elbo"]))
    found["cross_entropy_and_kl"] = number(evaluation, "rate") + number(evaluation, "distortion");
  found["squared_error"] = reference(evaluation, "squared_error", "this model");
  found["PCA"] = reference(evaluation, "squared_error", "PCA-");
  return found;
}

bool is_done(const std::string& run) {
  return fs::exists(run + "/evaluation.json") && fs::exists(run + "/metrics.jsonl");
}

Size size_of(const std::vector<std::string>& values, const std::vector<Figures>& runs) {
  Size size{.values = values};
  for (const Figure& figure : all_figures()) {
    Spread spread;
    for (const Figures& run : runs)
      if (const auto found = run.find(figure.key); found != run.end() && !std::isnan(found->second))
        spread.values.push_back(found->second);
    size.figures.push_back(spread);
  }
  for (const Figures& run : runs)
    if (!std::isnan(run.at("PCA"))) size.principal = run.at("PCA");
  return size;
}

// Only what some run has.
void leave_out_empty(Summary& summary) {
  for (std::size_t i = all_figures().size(); i-- > 0;) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    const bool found =
        std::any_of(summary.sizes.begin(), summary.sizes.end(),
                    [&](const Size& size) { return !size.figures[i].values.empty(); });
    if (found) continue;
    summary.figures.erase(summary.figures.begin() + at);
    for (Size& size : summary.sizes) size.figures.erase(size.figures.begin() + at);
  }
}

std::string in_quotes_if_needed(const std::string& value) {
  return value.find(',') == value.npos ? value : '"' + value + '"';
}

bool has_principal(const Summary& summary) {
  return std::any_of(summary.sizes.begin(), summary.sizes.end(),
                     [](const Size& size) { return size.principal.has_value(); });
}

std::string spelled(const Spread& spread, int digits) {
  if (spread.values.empty()) return "";
  const std::string mean = fmt::format("{:.{}f}", spread.mean(), digits);
  const double deviation = spread.deviation();
  return std::isnan(deviation) || deviation == 0
             ? mean
             : fmt::format("{} ± {:.{}f}", mean, deviation, digits);
}

// Letters, not bytes.
std::size_t length(const std::string& words) {
  return static_cast<std::size_t>(
      std::count_if(words.begin(), words.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

double Spread::mean() const {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double Spread::deviation() const {
  if (values.size() < 2) return unknown;
  double squares = 0;
  for (const double value : values) squares += (value - mean()) * (value - mean());
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

const Figure* Summary::find(const std::string& key, std::size_t& at) const {
  for (at = 0; at < figures.size(); ++at)
    if (figures[at].key == key) return &figures[at];
  return nullptr;
}

Summary summarize(const SweepCommand& command, const std::vector<PlannedRun>& runs,
                  const std::string& folder) {
  Summary summary{.figures = all_figures()};
  for (const SweptOption& swept : command.over) summary.names.push_back(swept.name);
  for (const PlannedRun& first : runs) {
    if (first.seed != command.options.seed) continue;  // each size once
    std::vector<Figures> found;
    for (const PlannedRun& run : runs) {
      const std::string path = folder + "/" + run.name;
      if (run.values != first.values || !is_done(path)) continue;
      found.push_back(figures_of(path));
      const Json config = Json::parse(nn::read_file(path + "/config.json"));
      const Json shape = config.at("examples").value("shape", Json());  // texts and rows have none
      if (shape.is_null()) continue;
      summary.numbers = 1;
      for (const std::int64_t length : shape) summary.numbers *= length;
    }
    summary.sizes.push_back(size_of(first.values, found));
  }
  leave_out_empty(summary);
  return summary;
}

std::string csv_of(const Summary& summary) {
  std::string text = fmt::format("{},runs", fmt::join(summary.names, ","));
  for (const Figure& figure : summary.figures)
    text += fmt::format(",{},{}_deviation", figure.key, figure.key);
  text += has_principal(summary) ? ",pca_squared_error\n" : "\n";
  const auto add = [&](double value) {
    text += std::isnan(value) ? "," : fmt::format(",{}", value);
  };
  for (const Size& size : summary.sizes) {
    for (const std::string& value : size.values) text += in_quotes_if_needed(value) + ",";
    std::size_t runs = 0;
    for (const Spread& spread : size.figures) runs = std::max(runs, spread.values.size());
    text += std::to_string(runs);
    for (const Spread& spread : size.figures) add(spread.mean()), add(spread.deviation());
    if (has_principal(summary)) add(size.principal.value_or(unknown));
    text += '\n';
  }
  return text;
}

std::string markdown_of(const Summary& summary) {
  const bool principal = has_principal(summary);
  std::vector<std::vector<std::string>> rows(1);
  rows[0] = summary.names;
  for (const Figure& figure : summary.figures) {
    rows[0].push_back(figure.name);
    if (principal && figure.key == "squared_error") rows[0].push_back("of PCA");
  }
  for (const Size& size : summary.sizes) {
    std::vector<std::string> row = size.values;
    for (std::size_t i = 0; i < summary.figures.size(); ++i) {
      row.push_back(spelled(size.figures[i], summary.figures[i].digits));
      if (principal && summary.figures[i].key == "squared_error")
        row.push_back(size.principal ? fmt::format("{:.5f}", *size.principal) : "");
    }
    rows.push_back(row);
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string rule;
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      std::size_t width = 3;
      for (const auto& row : rows) width = std::max(width, length(row[c]));
      text += (c == 0 ? "| " : " | ") + std::string(width - length(rows[r][c]), ' ') + rows[r][c];
      rule += "|" + std::string(width + 1, '-') + ":";
    }
    text += " |\n";
    if (r == 0) text += rule + "|\n";
  }
  return text;
}

}  // namespace ebb::tools
