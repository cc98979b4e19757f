// What the lines of the suite `gemm` amount to: the means that are worth a promise.
#pragma once

#include <limits>
#include <string>
#include <tools/benchmark/report.hpp>
#include <tools/benchmark/suites/products.hpp>
#include <vector>

namespace ebb::tools::benchmark {

class ProductSummary final {
 public:
  // A product reached such a share of the machine's peak, and such a ratio to the quickest of the
  // other libraries (NaN where there is none).
  void add(const Product& product, double share, double ratio);

  // Per group the geometric mean of the ratios, what it would be at peak, and the worst product;
  // the worst of all; the geometric mean of the wide layers' shares.
  void report(Report& report) const;

 private:
  struct Group {
    std::string name;
    std::vector<double> ratios = {}, at_peak = {};
    double least = std::numeric_limits<double>::infinity();
    std::string worst = {};
  };
  std::vector<Group> groups_;  // in the order in which they came
  std::vector<double> shares_;
};

}  // namespace ebb::tools::benchmark
