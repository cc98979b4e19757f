// What tools/evaluate was asked to do.
#pragma once

#include <optional>
#include <tools/common/options.hpp>

namespace ebb::tools {

struct EvaluateOptions {
  std::string run = {};        // the folder of a run
  std::int64_t samples = 500;  // draws of the code for each example
  std::int64_t limit = 0;      // examples to score; 0: all
  std::string data = {};       // another folder of images; empty: the run's own data
  std::int64_t threads = 0;    // 0: one per core
  bool quiet = false;

  void visit(Options& o);
};

// Throws UsageError. Returns nothing after --help or --version, which it prints.
std::optional<EvaluateOptions> parse_evaluate_command(int count, const char* const* arguments);

}  // namespace ebb::tools
