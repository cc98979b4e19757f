// tools/train: trains a model and leaves a folder with its weights, metrics and pictures.
#include <tools/common/exit_codes.hpp>
#include <tools/common/progress.hpp>
#include <tools/page/report.hpp>
#include <tools/training/command.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/program.hpp>
#include <tools/training/reporters/reporters.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

namespace {

const char* const program = "tools/train";

// The page about the run, or how to get it.
void offer_report(const Command& command, const RunFolder& folder, Progress& progress) {
  if (command.report)
    write_report({.runs = {folder.name()}}, progress);
  else
    progress.print("report: tools/report " + folder.name());
}

int run(int count, char** arguments) {
  const std::optional<Command> command = parse_train_command(count, arguments);
  if (!command) return exit_code::done;
  const TrainOptions& options = command->options;
  Recipe& recipe = *command->recipe;
  const bool resumes = !command->resume.empty();
  if (!resumes) RunFolder::require_new(options.out);  // before the data, which may take a while
  begin_work(program, options.threads, options.quiet);
  std::optional<RunFolder> folder;
  if (resumes) folder.emplace(RunFolder::existing, command->resume);
  const Datasets data = load_datasets(options);
  if (!command->config.is_null()) require_same_files(data, command->config);
  if (interruptions) throw Interrupted("interrupted before the first step; nothing was written");
  recipe.build(data.train->examples());
  if (!resumes) folder.emplace(options.out, recipe.name());
  Progress progress(options.quiet,
                    options.log_format == "json" ? LogFormat::json : LogFormat::text);
  for (const std::string& note : data.notes) progress.print(note);
  const Run run = {options, data, *folder, recipe, resumes};
  train(run, all_reporters(run, progress));
  offer_report(*command, *folder, progress);
  return exit_code::done;
}

}  // namespace

}  // namespace ebb::tools

int main(int count, char** arguments) {
  using namespace ebb::tools;
  return run_main(program, [&] { return run(count, arguments); });
}
