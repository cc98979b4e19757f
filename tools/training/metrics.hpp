// What an epoch measured: numbers per example, and from them means and standard errors.
#pragma once

#include <autograd/tape.hpp>
#include <nlohmann/json.hpp>
#include <nn/files/safetensors.hpp>
#include <string>
#include <vector>

namespace ebb::tools {

// How often each of some things came up.
struct Counts {
  std::string name;
  std::vector<double> counts;

  // exp(-Σ p log p) of the shares p: how many of them, equally often, would be as hard to guess. 0
  // where nothing was counted.
  double perplexity() const;
  std::int64_t unused() const;  // that never came up
};

// Nats of a whole epoch, and of how many tokens: their quotient is the figure of a text.
struct Rate {
  double nats = 0, tokens = 0;  // 0 tokens: there is no such figure

  double per_token() const { return nats / tokens; }
  double perplexity() const;  // exp of that
};

// Sums over the batches of an epoch, by name. Names stand in the order in which they came.
class Metrics final {
 public:
  // A number of each example, [n]: its mean and standard error follow.
  void add(const std::string& name, const Variable& per_example);
  // The mean over a batch of n examples: its standard error is unknown.
  void add(const std::string& name, double mean, std::int64_t n);
  // How often each of some things came up in a batch, [things]: what the epoch's numbers are is
  // known when all batches are added, as with the perplexity of a codebook.
  void count(const std::string& name, const Tensor& times);
  // Nats of each example, [n], and how many tokens it has, [n].
  void per_token(const Variable& nats, const Tensor& tokens);
  // Adds what another batch measured.
  void add(const Metrics& batch);

  bool has(const std::string& name) const { return look_for(name) != nullptr; }
  double mean(const std::string& name) const;  // NaN where nothing of that name was added
  // Of the mean, from the sample's variance; NaN where it is not known.
  double standard_error(const std::string& name) const;
  std::int64_t examples() const;  // of the first name; 0 before anything was added

  const std::vector<Counts>& counted() const { return counts_; }
  const Rate& rate() const { return rate_; }

  // Adds "train_kl", and where it is known "train_kl_standard_error", for every name; of what was
  // counted "train_codes_perplexity" and "train_codes_unused"; of texts "train_nats_per_token" and
  // "train_perplexity".
  void report(const std::string& prefix, nlohmann::ordered_json& line) const;

  // All of it, under names that begin with "sums." and "counts." and as "rate", and back again;
  // what else the list holds does not matter. FormatError for what is no such tensor.
  nn::NamedTensors to_tensors() const;
  static Metrics from_tensors(const nn::NamedTensors& tensors);

 private:
  struct Sums {
    std::string name;
    double sum = 0, squares = 0;
    std::int64_t examples = 0;
    bool per_example = true;

    double mean() const;
    double standard_error() const;
  };
  Sums& find(const std::string& name);
  const Sums* look_for(const std::string& name) const;

  void add_counts(const std::string& name, const std::vector<double>& times);

  std::vector<Sums> all_;
  std::vector<Counts> counts_;
  Rate rate_;
};

}  // namespace ebb::tools
