// The matrix products that training asks for, and squares: what the suite `gemm` measures, and what
// its lines amount to.
#pragma once

#include <string>
#include <tools/benchmark/measure.hpp>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/benchmark/report.hpp>
#include <utility>
#include <vector>

namespace ebb::tools::benchmark {

struct Product {
  std::string name;   // "b32 784-256 y = x W'": the batch, the layer's inputs and outputs, which
  std::string group;  // of the means: "batch 32", "squares" (256 and above), "small squares"
  ProductShape shape;
  bool wide = false;  // counts for the share of peak at batch 128: the layers 784-256 and 784-512
};

// All whose name holds `only`; where `quick`, a few small ones among them.
std::vector<Product> products(bool quick, const std::string& only = {});

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
    Ratios ratios = {}, at_peak = {};
  };
  std::vector<Group> groups_;  // in the order in which they came
  Ratios all_, shares_;
};

}  // namespace ebb::tools::benchmark
