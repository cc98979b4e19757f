// What tools/train was asked to do.
#pragma once

#include <optional>
#include <tools/training/options.hpp>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

struct Command {
  TrainOptions options;
  std::unique_ptr<Recipe> recipe;  // with its options, not yet built
  std::string resume;              // the folder of the run that goes on; empty: a new run
  bool report = false;             // a page about the run is written at its end
  nlohmann::ordered_json config;   // where the options come from; null: the command line alone
};

// Throws UsageError. Returns nothing after --help or --version, which it prints: the help of one
// model with its options, or of all.
std::optional<Command> parse_train_command(int count, const char* const* arguments);

}  // namespace ebb::tools
