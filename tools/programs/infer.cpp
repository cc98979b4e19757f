// tools/encode, tools/decode, tools/sample and tools/score: use the model of a run.
#include <tools/common/exit_codes.hpp>
#include <tools/inference/inference.hpp>
#include <tools/training/program.hpp>

namespace ebb::tools {

namespace {

int run(int count, char** arguments) {
  const std::optional<InferenceOptions> options = parse_inference_command(count, arguments);
  if (!options) return exit_code::done;
  begin_work(program_name(count, arguments), options->threads, options->quiet);
  Progress progress(options->quiet);
  infer(*options, progress);
  return exit_code::done;
}

}  // namespace

}  // namespace ebb::tools

int main(int count, char** arguments) {
  using namespace ebb::tools;
  return run_main(program_name(count, arguments), [&] { return run(count, arguments); });
}
