#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tools/evaluation/table.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

class Table final {
 public:
  explicit Table(const Json& figures) : figures_(figures) {}

  bool has(const char* key) const { return !figures_[key].is_null(); }
  double operator[](const char* key) const { return figures_[key].get<double>(); }

  // "name   figure   unit | reference figure, …"; in as many digits behind the point as asked for.
  void row(const std::string& name, const std::string& figure, const char* references, int digits) {
    std::string line = fmt::format("{:<21} {}", name, figure);
    const Json& ladder = figures_["references"];
    if (ladder.contains(references)) {
      line = fmt::format("{:<56}", line);
      const char* between = "| ";
      for (const Json& rung : ladder[references]) {
        line += fmt::format("{}{} {:.{}f}", between, rung["name"].get<std::string>(),
                            rung["value"].get<double>(), digits);
        between = "; ";
      }
    }
    lines.push_back(line);
  }
  void row(const std::string& name, const char* key, const char* unit, int digits) {
    if (has(key)) row(name, fmt::format("{:.{}f}{}", (*this)[key], digits, unit), key, digits);
  }
  // With its standard error.
  std::string with_error(const std::string& key) const {
    const Json& error = figures_[key + "_standard_error"];
    return fmt::format("{:.2f}{}", figures_[key].get<double>(),
                       error.is_null() ? "" : fmt::format(" ± {:.2f}", error.get<double>()));
  }

  std::vector<std::string> lines;

 private:
  const Json& figures_;
};

void add_bounds(Table& table, const Json& figures, const std::string& what) {
  if (!table.has("elbo")) return;
  table.row(what, table.with_error("elbo") + " nats", "elbo", 2);
  if (table.has("bound"))
    table.row(what,
              fmt::format("{} nats, K = {}", table.with_error("bound"),
                          figures["samples"].get<std::int64_t>()),
              "bound", 2);
  if (table.has("effective_sample_size"))
    table.row("effective sample size",
              fmt::format("{:.1f} of {}", table["effective_sample_size"],
                          figures["samples"].get<std::int64_t>()),
              "effective_sample_size", 1);
  table.row("bits per dimension", "bits_per_dimension", "", 4);
}

void add_cross_entropy(Table& table) {
  table.row("cross entropy", "distortion", " nats", 2);
  table.row("+ KL", "rate", " nats", 2);
  table.lines.push_back(
      "  no bound of log p(x): gray pixels are taken as probabilities, which no distribution of "
      "gray "
      "pixels gives; try --binarize dynamic or --likelihood beta-binomial");
}

// "2.31 1.20 …, the largest first".
void add_divergences(Table& table, const Json& divergences) {
  std::vector<double> sorted = divergences.get<std::vector<double>>();
  std::sort(sorted.rbegin(), sorted.rend());
  constexpr std::size_t shown = 20;
  std::string line = fmt::format("{:<22}", "KL per dimension");
  for (std::size_t i = 0; i < std::min(shown, sorted.size()); ++i)
    line += fmt::format("{:.2f} ", sorted[i]);
  table.lines.push_back(
      line + (sorted.size() > shown ? fmt::format("… of {}, sorted", sorted.size()) : "sorted"));
}

}  // namespace

std::vector<std::string> table_of(const Json& figures, Claim claim, bool told_labels) {
  Table table(figures);
  table.lines.push_back(fmt::format(
      "{} example{}{}", figures["examples"].get<std::int64_t>(),
      figures["examples"] == 1 ? "" : "s",
      table.has("likelihood") ? ", likelihood " + figures["likelihood"].get<std::string>() : ""));
  add_bounds(table, figures, bound_in_words(claim, told_labels));
  if (claim == Claim::cross_entropy) {
    add_cross_entropy(table);
  } else {
    table.row("rate (KL)", "rate", " nats", 2);
    table.row("distortion", "distortion", " nats", 2);
  }
  if (table.has("kl_per_dimension")) add_divergences(table, figures["kl_per_dimension"]);
  table.row("active units", "active_units", "", 0);
  if (table.has("code"))
    table.lines.push_back(fmt::format("{:<22}{}", "code", figures["code"].get<std::string>()));
  if (figures["references"].contains("squared_error"))
    table.row("squared error", std::string("per pixel"), "squared_error", 6);
  table.row("accuracy", "accuracy", "", 4);
  table.row("5 nearest neighbors", "knn_accuracy", "", 4);
  table.row("linear probe", "linear_probe_accuracy", "", 4);
  table.row("Fréchet distance", "frechet_pca50", " in 50 components", 2);
  table.row("nats per token", "nats_per_token", "", 4);
  table.row("perplexity", "perplexity", "", 2);
  if (table.has("unknown_share"))
    table.row("unknown tokens", fmt::format("{:.2f} %", 100 * table["unknown_share"]),
              "unknown_share", 2);
  table.row("MIG, 20 bins", "mutual_information_gap", "", 4);
  if (table.lines.size() == 1)
    table.lines.push_back(
        "  nothing to measure: the model has neither a likelihood, codes nor samples; what it "
        "learned stands in the run's metrics.jsonl");
  return table.lines;
}

}  // namespace ebb::tools
