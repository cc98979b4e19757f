// What tools/train was asked to do.
#pragma once

#include <optional>
#include <tools/training/options.hpp>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

struct Command {
  TrainOptions options;
  std::unique_ptr<Recipe> recipe;  // with its options, not yet built
};

// Throws UsageError. Nothing where --help or --version was asked for, and printed: of a model, with
// its own options, or of all.
std::optional<Command> parse_train_command(int count, const char* const* arguments);

}  // namespace ebb::tools
