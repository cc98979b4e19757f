// What the runs of a sweep came to.
#pragma once

#include <optional>
#include <tools/sweeps/command.hpp>

namespace ebb::tools {

// A figure of several runs.
struct Spread {
  std::vector<double> values;  // of the seeds that have it

  double mean() const;       // NaN without values
  double deviation() const;  // of a sample; NaN below two values
};

struct Figure {
  std::string key;   // "squared_error", for table.csv
  std::string name;  // for the table
  int digits = 0;    // behind the point
};

struct Size {
  std::vector<std::string> values;       // of the swept options
  std::vector<Spread> figures = {};      // as Summary::figures
  std::optional<double> principal = {};  // squared error of PCA with codes of the same width
};

struct Summary {
  std::vector<std::string> names = {};  // of the swept options
  std::vector<Figure> figures = {};     // those that the model has
  std::vector<Size> sizes = {};         // in the order of the values, the last option's first
  std::int64_t numbers = 0;             // in an example

  const Figure* find(const std::string& key, std::size_t& at) const;
};

// Reads config.json, metrics.jsonl and evaluation.json of those runs under `folder` that are done.
Summary summarize(const SweepCommand& command, const std::vector<PlannedRun>& runs,
                  const std::string& folder);

// A line for each size: "latent,runs,test_loss,test_loss_deviation,…".
std::string csv_of(const Summary& summary);
// The same for people: mean ± deviation, as a table in Markdown.
std::string markdown_of(const Summary& summary);

}  // namespace ebb::tools
