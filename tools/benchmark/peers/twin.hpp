// The same training in other frameworks: Python scripts that print what they measured as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ebb::tools::benchmark {

// One framework in one way of using it: python torch_peer.py MODEL BATCH THREADS EPOCHS tuned.
struct Twin {
  std::string name;  // "jax", "torch compile"
  std::string python, script, way;
};

// Of each Python program the first framework that it has, and the ways of that one which an expert
// would choose. Throws UsageError for a program without any, or a folder without its script.
std::vector<Twin> find_twins(const std::vector<std::string>& pythons, const std::string& folder);

// Seconds of its best epoch on MNIST, the first one left out: that one compiles. Throws
// std::runtime_error where it fails or answers something else.
double best_epoch(const Twin& twin, const std::string& model, std::int64_t batch, int threads,
                  int epochs);

}  // namespace ebb::tools::benchmark
