#include <filesystem>
#include <nn/files/file.hpp>
#include <nn/files/sha256.hpp>
#include <tensor/error.hpp>
#include <tools/page/facts.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

const char* words_for(Claim claim) {
  switch (claim) {
    case Claim::none:
      return "none";
    case Claim::cross_entropy:
      return "cross entropy";
    case Claim::probability:
      return "probability";
    case Claim::density:
      return "density";
  }
  return "none";
}

// A word of a shell, in quotes where it needs them.
std::string quoted(const std::string& word) {
  const std::string plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,+=@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string word_for(const Json& value) {
  if (value.is_string()) return quoted(value.get<std::string>());
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const Json& each : value) list += (list.empty() ? "" : ",") + each.dump();
  return list.empty() ? "none" : list;
}

// The options by default, but those that others of the run fill in are as these fill them in.
TrainOptions defaults_beside(const Json& config, const Recipe& recipe) {
  TrainOptions options = recipe.defaults();
  options.optimizer = config.value("optimizer", options.optimizer);
  options.schedule = config.value("schedule", options.schedule);
  options.keep = config.value("keep", options.keep);
  if (!config.value("patience", Json()).is_null()) options.patience = 1;
  options.settle();
  const TrainOptions plain;
  options.optimizer = plain.optimizer;
  options.schedule = plain.schedule;
  options.keep = plain.keep;
  options.patience = plain.patience;
  return options;
}

// A vocabulary, or what is known of columns, may fill a page that shows neither.
Json config_on_page(Json config) {
  constexpr std::size_t most_bytes = 200'000;
  if (config.at("examples").dump().size() <= most_bytes) return config;
  Json& examples = config["examples"];
  examples["left_out"] = "long lists, which config.json holds";
  for (const char* list : {"tokens", "merges"})
    if (examples.contains("vocabulary")) examples["vocabulary"].erase(list);
  if (examples.contains("columns"))
    for (Json& column : examples["columns"])
      for (const char* list : {"frequent", "shares"}) column.erase(list);
  return config;
}

// None where they are of other weights, as the run went on, or of other data than the run's.
Json evaluation_of(const OpenedRun& run, const std::string& weights) {
  const std::string path = run.folder + "/evaluation.json";
  if (!fs::exists(path)) return nullptr;
  Json figures = Json::parse(nn::read_file(path), nullptr, false);
  if (!figures.is_object() || !figures.contains("references"))
    throw DataError(path + " holds no figures; run tools/evaluate once more, or remove it");
  const Json& data = run.trained.config.at("data");
  const bool own = figures.value("data", data) == data;
  return own && figures.value("weights_sha256", weights) == weights ? figures : Json();
}

}  // namespace

std::string command_of(const Json& config) {
  const std::string model = config.at("model");
  const std::unique_ptr<Recipe> recipe = make_recipe(model);
  TrainOptions common = defaults_beside(config, *recipe), unsettled = recipe->defaults();
  Options own;
  unsettled.visit(own);
  const Options given = own.given_in(config);  // null may say none of a number of the defaults
  Options options;
  common.visit(options);
  recipe->visit(options);
  std::string command = "tools/train " + model;
  for (const Option& option : options.all()) {
    if (!config.contains(option.key)) continue;
    const Json value = config[option.key];
    const bool here = option.key == "out" || option.key == "threads" || option.key == "quiet";
    const bool drawn = option.key == "data" && is_drawn(value);
    if (here || drawn || value == "" || value == option.value()) continue;
    if (value.is_null() && !given.find(option.name)) continue;
    command += " --" + option.name;
    if (!option.is_flag()) command += ' ' + (value.is_null() ? "none" : word_for(value));
  }
  return command;
}

Json facts_of(const OpenedRun& run) {
  const Recipe& recipe = run.recipe();
  const fs::path folder = fs::absolute(run.folder).lexically_normal();
  const fs::path name = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
  Json facts;
  facts["name"] = name.string();
  facts["folder"] = run.folder;
  facts["model"] = recipe.name();
  facts["summary"] = recipe.summary();
  facts["claim"] = words_for(recipe.claim());
  facts["bound_in_words"] = bound_in_words(recipe.claim(), recipe.is_told_labels());
  facts["likelihood"] = recipe.likelihood();
  facts["told_labels"] = recipe.is_told_labels();
  facts["normal_prior"] = run.has_normal_prior();
  facts["config"] = config_on_page(run.trained.config);
  try {
    const std::string weights = nn::sha256_of_file(run.folder + "/model.safetensors");
    facts["evaluation"] = evaluation_of(run, weights);
    facts["weights_sha256"] = weights;
  } catch (const Error& error) {
    throw DataError(error.what());
  }
  facts["command"] = command_of(run.trained.config);
  return facts;
}

}  // namespace ebb::tools
