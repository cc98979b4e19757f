// What tools/sweep was asked to do.
#pragma once

#include <tools/training/command.hpp>

namespace ebb::tools {

// An option of tools/train and what it is to be, as it is typed: "latent", {"2", "5", "10"}.
struct SweptOption {
  std::string name;
  std::vector<std::string> values;
};

struct SweepCommand {
  TrainOptions options;            // threads, out, quiet, and the first seed
  std::int64_t seeds = 3;          // runs of each size
  std::string model;               // "vae"
  std::vector<SweptOption> over;   // the last changes first
  std::vector<std::string> words;  // what all runs are told: {"--epochs", "5"}
  nlohmann::ordered_json base;     // the same as a config.json would say it
};

// Throws UsageError. Returns nothing after --help or --version, which it prints.
std::optional<SweepCommand> parse_sweep_command(int count, const char* const* arguments);

// A run of a sweep.
struct PlannedRun {
  std::string name = {};                 // of its folder: "latent-2_seed-0"
  std::vector<std::string> values = {};  // of the swept options, in order
  std::uint64_t seed = 0;
  std::vector<std::string> words = {};  // what tools/train is told, but for --out and --threads
};

// All of them, those of a seed together, so that a sweep shows early where it leads. Throws
// UsageError, which names the value, for what tools/train would refuse.
std::vector<PlannedRun> plan_runs(const SweepCommand& command);

}  // namespace ebb::tools
