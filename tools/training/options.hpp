// What tools/train was asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tools/common/exit_codes.hpp>
#include <vector>

namespace ebb::tools {

struct TrainOptions {
  std::string model;  // "ae" or "vae"
  std::string data;   // a folder with MNIST's files; empty: the digits that Ebb draws
  std::int64_t epochs = 10;
  std::int64_t batch_size = 0;
  double learning_rate = 1e-3;
  std::string optimizer = "adam";
  std::uint64_t seed = 0;
  int threads = 0;         // 0: one per core
  std::int64_t limit = 0;  // training images; 0: all
  std::vector<std::int64_t> hidden;
  std::int64_t latent = 0;
  double beta = 1;
  std::string out;  // empty: runs/MODEL-1, -2, …
  bool quiet = false;
};

// Throws UsageError. Nothing where --help or --version was asked for, and printed.
std::optional<TrainOptions> parse_train_options(int count, const char* const* arguments);

}  // namespace ebb::tools
