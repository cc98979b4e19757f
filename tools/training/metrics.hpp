// What an epoch measured: numbers per example, and from them means and standard errors.
#pragma once

#include <autograd/tape.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ebb::tools {

// Sums over the batches of an epoch, by name. Names stand in the order in which they came.
class Metrics final {
 public:
  // A number of each example, [n]: its mean and standard error follow.
  void add(const std::string& name, const Variable& per_example);
  // The mean over a batch of n examples: its standard error is unknown.
  void add(const std::string& name, double mean, std::int64_t n);
  // Adds what another batch measured.
  void add(const Metrics& batch);

  double mean(const std::string& name) const;  // NaN where nothing of that name was added
  // Of the mean, from the sample's variance; NaN where it is not known.
  double standard_error(const std::string& name) const;
  std::int64_t examples() const;  // of the first name; 0 before anything was added

  // Adds "train_kl", and where it is known "train_kl_standard_error", for every name.
  void report(const std::string& prefix, nlohmann::ordered_json& line) const;

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

  std::vector<Sums> all_;
};

}  // namespace ebb::tools
