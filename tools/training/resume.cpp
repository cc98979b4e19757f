#include <fmt/format.h>

#include <filesystem>
#include <nn/files/file.hpp>
#include <tensor/error.hpp>
#include <tools/common/command_line.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/open_run.hpp>
#include <tools/training/resume.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

// What --resume takes besides.
struct Changes {
  std::string run;
  std::optional<std::int64_t> epochs;
  std::int64_t threads = 0;
  bool report = false;

  void visit(Options& o) {
    o("resume", run, "the folder of the run that goes on");
    o.show("RUN", "");
    o("epochs", epochs, "passes over the examples in all", {1, 1'000'000'000});
    o.show("TOTAL", "as before");
    o("threads", threads, "threads", {1, 1024});
    o.show("N", "one per core");
    o("report", report, "write report.html into the folder at the end");
  }
};

// False after --help.
bool parse(const Options& known, int count, const char* const* arguments) {
  try {
    return parse_command_line({"tools/train --resume", "RUN",
                               "Goes on with a run from its last checkpoint, with the options that "
                               "it had: it ends as if it had never stopped."},
                              known, count, arguments);
  } catch (const UsageError& error) {
    const std::string what = error.what(), before = "there is no option ";
    if (!what.starts_with(before)) throw;
    throw UsageError(
        fmt::format("{}: a run that goes on keeps its options; --epochs, --threads and --report "
                    "alone go with --resume",
                    what.substr(before.size(), what.find(';') - before.size())));
  }
}

// A schedule that falls over all steps would have been another one from the first step on.
void change_epochs(TrainOptions& options, std::int64_t epochs, const std::string& run) {
  if (epochs != options.epochs &&
      (options.schedule == "cosine" || options.schedule == "exponential"))
    throw UsageError(
        fmt::format("--epochs: --schedule {} is tied to the {} epochs of the run; go on without "
                    "--epochs, or begin a new run with --init {}",
                    options.schedule, options.epochs, run));
  options.epochs = epochs;
}

}  // namespace

std::string value_of(const std::string& option, int count, const char* const* arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (word == option) return i + 1 < count ? arguments[i + 1] : "";
    if (word.starts_with(option + "=")) return word.substr(option.size() + 1);
  }
  return "";
}

Command command_from(const Json& config, bool settled) {
  Command command;
  command.recipe = make_recipe(config.value("model", ""));
  command.options = command.recipe->defaults();
  require_known_keys(config, *command.recipe);
  Options all;
  command.options.visit(all);
  command.recipe->visit(all);
  const Json files = config.value("data_files", Json());
  Json said = config;
  if (is_drawn(said.value("data", Json()))) said.erase("data");
  if (said.value("test", Json()) == 0.1) said.erase("test");  // once it was said of all data
  said.erase("out");
  said.erase("threads");
  all.given_in(said).read(said);
  if (!files.is_null()) command.options.data = place_of(command.options.data, files);
  find_beside_data(command.options, files);
  if (settled) command.options.settle();
  command.config = config;
  return command;
}

Command read_config_file(const std::string& path, const KeepOptions& kept) {
  try {
    const Json config = Json::parse(nn::read_file(path), nullptr, false);
    if (!config.is_object())
      throw FormatError(path + " is no JSON object; is it of a run of tools/train?");
    Command command = command_from(kept ? kept(config) : config, !kept);
    command.config = config;
    return command;
  } catch (const Error& error) {
    throw DataError(error.what());
  } catch (const UsageError& error) {
    throw DataError(fmt::format("{}: {}", path, error.what()));
  } catch (const Json::exception& error) {
    throw DataError(fmt::format("{} is damaged ({})", path, error.what()));
  }
}

std::optional<Command> parse_resume(int count, const char* const* arguments) {
  Options known;
  Changes changes;
  changes.visit(known);
  if (!parse(known, count, arguments)) return std::nullopt;
  std::error_code unknown;
  if (!std::filesystem::is_directory(changes.run, unknown))
    throw UsageError(
        fmt::format("--resume: {} is no folder of a run; check the path", changes.run));
  Command command = read_config_file(changes.run + "/config.json");
  const std::string model = first_word(known, count, arguments);
  if (!model.empty() && model != command.recipe->name())
    throw UsageError(fmt::format("--resume: {} is a run of {}, not of {}", changes.run,
                                 command.recipe->name(), model));
  command.resume = changes.run;
  command.options.threads = changes.threads;
  command.report = changes.report;
  if (changes.epochs) change_epochs(command.options, *changes.epochs, changes.run);
  return command;
}

}  // namespace ebb::tools
