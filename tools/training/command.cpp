#include <fmt/format.h>

#include <tools/common/command_line.hpp>
#include <tools/training/command.hpp>
#include <tools/training/resume.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

// What --report says, of a new run and of one that goes on.
void visit_report(Options& o, bool& report) {
  o("report", report, "write report.html into the folder at the end, as tools/report does");
}

// Options that name another run.
void visit_runs(Options& o, std::string& ignored) {
  o("resume", ignored, "go on with a run; see --resume RUN --help");
  o.show("RUN", "");
  o("config", ignored, "begin with the options of a config.json");
  o.show("FILE", "");
}

// The model may stand anywhere, so the options of all models say what is a word and what a value.
std::string model_in(int count, const char* const* arguments) {
  Options any;
  TrainOptions common;
  common.visit(any);
  std::string other;
  visit_runs(any, other);
  bool report = false;
  visit_report(any, report);
  const std::vector<std::unique_ptr<Recipe>> recipes = all_recipes();
  for (const auto& recipe : recipes) recipe->visit(any);
  return first_word(any, count, arguments);
}

bool asks_for_help(int count, const char* const* arguments) {
  for (int i = 1; i < count; ++i)
    for (const char* word : {"-h", "--help", "--version"})
      if (std::string(word) == arguments[i]) return true;
  return false;
}

Usage usage_of(const Recipe* recipe) {
  if (recipe) {
    return {
        "tools/train", recipe->name(),
        fmt::format("Trains: {}. Leaves its weights, metrics and pictures.", recipe->summary())};
  }
  std::string models = "Trains a model and leaves its weights, metrics and pictures. MODEL is\n";
  for (const auto& each : all_recipes())
    models += fmt::format("  {:<17}{}\n", each->name(), each->summary());
  return {"tools/train", "MODEL", models + "tools/train MODEL --help lists its own options, too."};
}

// What config.json says of the files that the run learned from holds as long as these stay.
std::vector<std::string> files_of(const TrainOptions& options) {
  return {options.data, options.labels, options.table.kinds, options.table.missing};
}

// A config.json without what follows from an option that the user names anew beside it: settings
// are of their optimizer, widths of their network, and a part to select by is of use to some.
Json without_followers(Json config, int count, const char* const* arguments) {
  const auto changes = [&](const char* option, const char* key) {
    const std::string named = value_of(option, count, arguments);
    return !named.empty() && config.value(key, Json()) != named;
  };
  if (changes("--optimizer", "optimizer"))
    for (const char* setting : {"epsilon", "weight_decay", "momentum"}) config.erase(setting);
  if (changes("--network", "network")) config.erase("hidden");
  if (config.value("validation", Json()) == 0.0) config.erase("validation");
  return config;
}

// Says of which other models an option is.
[[noreturn]] void explain(const UsageError& error, const Recipe& recipe) {
  const std::string what = error.what(), before = "there is no option --";
  if (!what.starts_with(before)) throw error;
  const std::string name = what.substr(before.size(), what.find(';') - before.size());
  std::vector<const char*> owners;
  const auto recipes = all_recipes();
  for (const auto& other : recipes) {
    Options own;
    other->visit(own);
    if (own.find(name)) owners.push_back(other->name());
  }
  if (owners.empty()) throw error;
  throw UsageError(fmt::format("--{}: an option of {}, not of {}; try --help", name,
                               fmt::join(owners, ", "), recipe.name()));
}

}  // namespace

std::optional<Command> parse_train_command(int count, const char* const* arguments) {
  if (!value_of("--resume", count, arguments).empty()) return parse_resume(count, arguments);
  Command command;
  const std::string model = model_in(count, arguments);
  if (const std::string from = value_of("--config", count, arguments); !from.empty()) {
    command = read_config_file(
        from, [&](const Json& config) { return without_followers(config, count, arguments); });
    if (!model.empty() && model != command.recipe->name())
      throw UsageError(fmt::format("--config: {} is of a run of {}, not of {}", from,
                                   command.recipe->name(), model));
  } else if (!model.empty() || !asks_for_help(count, arguments)) {
    command.recipe = make_recipe(model);
    command.options = command.recipe->defaults();
  } else {
    command.options.drawn.clear();  // --help of all models
  }
  const std::vector<std::string> files = files_of(command.options);
  Options options;
  command.options.visit(options);
  std::string read_above;
  visit_runs(options, read_above);
  visit_report(options, command.report);
  options.heading("The model");
  if (command.recipe) command.recipe->visit(options);
  try {
    if (!parse_command_line(usage_of(command.recipe.get()), options, count, arguments))
      return std::nullopt;
  } catch (const UsageError& error) {
    if (!command.recipe) throw;
    explain(error, *command.recipe);
  }
  command.options.settle();
  if (files_of(command.options) != files) command.config = nullptr;  // it says of which they were
  return command;
}

}  // namespace ebb::tools
