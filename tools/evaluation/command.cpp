#include <tools/common/command_line.hpp>
#include <tools/evaluation/command.hpp>

namespace ebb::tools {

void EvaluateOptions::visit(Options& o) {
  constexpr std::int64_t many = 1'000'000'000;
  o("samples", samples, "draws of the code for each example", {1, 1'000'000});
  o("limit", limit, "score the first N examples", {1, many});
  o.show("N", "all");
  o("data", data, "folder of other images of the same size");
  o.show("DIR", "what the run learned from");
  o("threads", threads, "threads", {1, 1024});
  o.show("N", "one per core");
  o("quiet", quiet, "print nothing but errors");
}

std::optional<EvaluateOptions> parse_evaluate_command(int count, const char* const* arguments) {
  EvaluateOptions evaluate;
  Options options;
  evaluate.visit(options);
  const Usage usage = {"tools/evaluate", "RUN",
                       "Measures the model of a run on examples that it has not seen, beside what "
                       "is known of that data, and writes evaluation.json into the run's folder. "
                       "RUN is the folder that tools/train left."};
  if (!parse_command_line(usage, options, count, arguments)) return std::nullopt;
  evaluate.run = first_word(options, count, arguments);
  if (evaluate.run.empty())
    throw UsageError("which run? Name its folder, as in tools/evaluate runs/vae-1; try --help");
  return evaluate;
}

}  // namespace ebb::tools
