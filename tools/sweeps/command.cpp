#include <fmt/format.h>

#include <algorithm>
#include <tools/common/command_line.hpp>
#include <tools/sweeps/command.hpp>
#include <tools/training/resume.hpp>

namespace ebb::tools {

namespace {

constexpr std::size_t most_runs = 10'000;

// What the sweep itself decides.
bool is_own(const std::string& name) {
  for (const char* own : {"over", "seeds", "seed", "out", "threads", "quiet"})
    if (name == own) return true;
  return false;
}

std::vector<std::string> split(const std::string& words, char between) {
  std::vector<std::string> parts(1);
  for (const char c : words)
    if (c == between)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

SweptOption swept_option(const std::string& words, const Options& known) {
  const std::size_t equals = words.find('=');
  if (equals == 0 || equals == words.npos || equals + 1 == words.size())
    throw UsageError(fmt::format("--over: '{}' names no values; try --over latent=2/5/10", words));
  const SweptOption swept = {words.substr(0, equals), split(words.substr(equals + 1), '/')};
  const Option* const option = known.find(swept.name);
  if (is_own(swept.name))
    throw UsageError(fmt::format("--over: {} is not of a run but of the sweep; try --{}{}",
                                 swept.name, swept.name, swept.name == "seed" ? "s" : ""));
  if (!option)
    throw UsageError(fmt::format("--over: there is no option --{}{}", swept.name,
                                 hint_for("--" + swept.name, known)));
  if (option->is_flag())
    throw UsageError(fmt::format("--over: --{} takes no value; sweep twice", swept.name));
  for (const std::string& value : swept.values)
    if (value.empty())
      throw UsageError(fmt::format("--over: '{}' holds an empty value", words));
    else if (std::count(swept.values.begin(), swept.values.end(), value) > 1)
      throw UsageError(fmt::format("--over: {} is to be {} twice", swept.name, value));
  return swept;
}

// The words of the command line but for --over, whose values go to `over`; and those of them that
// every run is told to `words`.
std::vector<const char*> sort_words(int count, const char* const* arguments, const Options& known,
                                    std::vector<std::string>& over,
                                    std::vector<std::string>& words) {
  std::vector<const char*> rest = {arguments[0]};
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    const std::size_t equals = word.find('=');
    const std::string name = word.starts_with("--") ? word.substr(2, equals - 2) : "";
    const Option* const option = known.find(name);
    const bool two = option && !option->is_flag() && equals == word.npos && i + 1 < count;
    if (name == "over" && (two || equals != word.npos)) {
      over.push_back(two ? arguments[++i] : word.substr(equals + 1));
      continue;
    }
    for (int last = i + two; i <= last; ++i) {
      rest.push_back(arguments[i]);
      if (option && !is_own(name)) words.push_back(arguments[i]);
    }
    --i;
  }
  return rest;
}

Usage usage_of(const Recipe* recipe) {
  return {"tools/sweep", recipe ? recipe->name() : "MODEL",
          "Trains a model for each value of an option and for several seeds, and says how large it "
          "should be: a table and a picture. Started again with the same --out it goes on where it "
          "was. MODEL and the other options are those of tools/train."};
}

void visit_own(Options& o, std::string& over, std::int64_t& seeds) {
  o("over", over, "an option and its values; may be said again");
  o.show("NAME=A/B/C", "");
  o("seeds", seeds, "runs of each size, with seeds from --seed on", {1, 1000});
}

// As it would stand in config.json, of what all runs share.
nlohmann::ordered_json base_of(const Options& options, const std::vector<SweptOption>& over) {
  nlohmann::ordered_json base = nlohmann::ordered_json::object();
  for (const Option& option : options.all()) {
    const bool swept = std::any_of(over.begin(), over.end(), [&](const SweptOption& each) {
      return each.name == option.name;
    });
    if (!swept && !is_own(option.name)) base[option.key] = option.value();
  }
  return base;
}

void check_over(const SweepCommand& command) {
  if (command.over.empty())
    throw UsageError("--over: which option, and which values? Try --over latent=2/5/10");
  std::size_t runs = static_cast<std::size_t>(command.seeds);
  for (const SweptOption& swept : command.over) {
    const auto named = [&](const SweptOption& other) { return other.name == swept.name; };
    if (std::count_if(command.over.begin(), command.over.end(), named) > 1)
      throw UsageError(fmt::format("--over: {} is named twice", swept.name));
    for (const std::string& word : command.words)
      if (word == "--" + swept.name || word.starts_with("--" + swept.name + "="))
        throw UsageError(fmt::format("--{}: is it fixed or swept? Leave one out", swept.name));
    runs *= swept.values.size();
    if (runs > most_runs)
      throw UsageError(fmt::format("--over: more than {} runs; try fewer values", most_runs));
  }
}

}  // namespace

std::optional<SweepCommand> parse_sweep_command(int count, const char* const* arguments) {
  SweepCommand command;
  std::string one_over;
  Options any;  // of all models: they say what is a word and what a value
  command.options.visit(any);
  visit_own(any, one_over, command.seeds);
  const std::vector<std::unique_ptr<Recipe>> recipes = all_recipes();
  for (const auto& each : recipes) each->visit(any);
  std::vector<std::string> overs;
  const std::vector<const char*> words = sort_words(count, arguments, any, overs, command.words);
  command.model = first_word(any, static_cast<int>(words.size()), words.data());

  std::unique_ptr<Recipe> recipe;
  const auto asks = [](const char* word) {
    return std::string(word) == "-h" || std::string(word) == "--help" ||
           std::string(word) == "--version";
  };
  if (!command.model.empty() || std::none_of(words.begin(), words.end(), asks))
    recipe = make_recipe(command.model);
  if (recipe)
    command.options = recipe->defaults();
  else
    command.options.drawn.clear();  // --help of all models
  Options options;
  visit_own(options, one_over, command.seeds);
  command.options.visit(options);
  options.heading("The model");
  if (recipe) recipe->visit(options);
  if (!parse_command_line(usage_of(recipe.get()), options, static_cast<int>(words.size()),
                          words.data()))
    return std::nullopt;
  for (const std::string& over : overs) command.over.push_back(swept_option(over, options));
  check_over(command);
  command.base = base_of(options, command.over);
  return command;
}

std::vector<PlannedRun> plan_runs(const SweepCommand& command) {
  std::size_t sizes = 1;
  for (const SweptOption& swept : command.over) sizes *= swept.values.size();
  std::vector<PlannedRun> runs;
  for (std::int64_t s = 0; s < command.seeds; ++s)
    for (std::size_t i = 0; i < sizes; ++i) {
      PlannedRun run{.seed = command.options.seed + static_cast<std::uint64_t>(s)};
      run.words.push_back(command.model);
      run.words.insert(run.words.end(), command.words.begin(), command.words.end());
      std::size_t left = sizes, at = i;
      for (const SweptOption& swept : command.over) {
        left /= swept.values.size();
        run.values.push_back(swept.values[at / left]);
        at %= left;
        run.words.push_back("--" + swept.name + "=" + run.values.back());
        run.name += swept.name + "-" + run.values.back() + "_";
      }
      run.name += "seed-" + std::to_string(run.seed);
      run.words.push_back("--seed=" + std::to_string(run.seed));
      std::vector<const char*> words = {"tools/train"};
      for (const std::string& word : run.words) words.push_back(word.c_str());
      try {
        if (s == 0)
          static_cast<void>(parse_train_command(static_cast<int>(words.size()), words.data()));
      } catch (const UsageError& error) {
        throw UsageError(fmt::format("--over: {}", error.what()));
      }
      runs.push_back(std::move(run));
    }
  return runs;
}

}  // namespace ebb::tools
