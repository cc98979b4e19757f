// The same training in other frameworks: Python scripts that print what they measured as JSON.
#pragma once

#include <string>
#include <tools/benchmark/suites/suite.hpp>
#include <vector>

namespace ebb::tools::benchmark {

// One framework in one way of using it: python torch_peer.py … tuned.
struct Twin {
  std::string name;  // "jax", "torch compile"
  std::string python, script, way;
};

// Of each Python program in --frameworks the first framework that it has, and the ways of that one
// which an expert would choose. Their scripts are named `before` MODULE `after`, in the folder
// --twins. Throws UsageError for a program without any, or a folder without its script.
std::vector<Twin> find_twins(const Options& options, const std::string& before,
                             const std::string& after);

// The number under `key` of what the script prints for these arguments. Throws std::runtime_error
// where it fails or answers something else.
double ask(const Twin& twin, const std::vector<std::string>& arguments, const char* key);

}  // namespace ebb::tools::benchmark
