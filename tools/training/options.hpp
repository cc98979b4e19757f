// What every training run can be told, whichever its model.
#pragma once

#include <tools/common/options.hpp>

namespace ebb::tools {

struct TrainOptions {
  std::string data;  // a folder with MNIST's files; empty: the digits that Ebb draws
  std::int64_t epochs = 10;
  std::int64_t batch_size = 128;
  double learning_rate = 1e-3;
  std::string optimizer = "adam";
  std::uint64_t seed = 0;
  std::int64_t threads = 0;  // 0: one per core
  std::int64_t limit = 0;    // training examples; 0: all
  std::string out;           // empty: runs/MODEL-1, -2, …
  bool quiet = false;

  void visit(Options& o);
};

}  // namespace ebb::tools
