// tools/evaluate: measures the model of a run, and writes evaluation.json into its folder.
#include <nn/files/file.hpp>
#include <nn/files/sha256.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/evaluation/evaluate.hpp>
#include <tools/evaluation/table.hpp>
#include <tools/evaluation/table_figures.hpp>
#include <tools/training/program.hpp>

namespace ebb::tools {

namespace {

const char* const program = "tools/evaluate";

int run(int count, char** arguments) {
  const std::optional<EvaluateOptions> options = parse_evaluate_command(count, arguments);
  if (!options) return exit_code::done;
  begin_work(program, options->threads, options->quiet);
  const Subject subject = open_subject(*options);
  Progress progress(options->quiet);
  nlohmann::ordered_json figures = evaluate(subject, options->samples, progress);
  figures["data"] = subject.data.own ? subject.config.at("data").get<std::string>() : options->data;
  figures["weights_sha256"] = nn::sha256_of_file(options->run + "/model.safetensors");
  const std::string path = options->run + "/evaluation.json";
  nn::write_file(path, figures.dump(2) + '\n');
  const Recipe& recipe = *subject.recipe;
  for (const std::string& line : table_of(figures, recipe.claim(), recipe.is_told_labels()))
    progress.print(line);
  for (const std::string& line : lines_about_table(figures)) progress.print(line);
  progress.print("figures: " + path);
  return exit_code::done;
}

}  // namespace

}  // namespace ebb::tools

int main(int count, char** arguments) {
  using namespace ebb::tools;
  return run_main(program, [&] { return run(count, arguments); });
}
