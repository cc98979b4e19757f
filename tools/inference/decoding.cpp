#include <fmt/format.h>

#include <autograd/gradients.hpp>
#include <models/text/writing.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <tools/inference/decoding.hpp>
#include <tools/training/text_lines.hpp>

namespace ebb::tools {

namespace {

// Without codes all greedy texts are one, and a search finds as many as its beam is wide; 0: any
// number.
std::int64_t most_texts(const InferenceOptions& options, const Trained& trained) {
  if (!trained.recipe->writer() || trained.code_width() > 0) return 0;
  if (options.decoding.name == "greedy") return 1;
  return options.decoding.name == "beam" ? static_cast<std::int64_t>(options.decoding.number) : 0;
}

bool is_default(const InferenceOptions& options) {
  return options.decoding.name.empty() ||
         options.decoding.name == (options.task == "sample" ? "sampled" : "greedy");
}
bool is_drawn(const InferenceOptions& options) {
  return options.decoding.name == "sampled" ||
         (options.decoding.name.empty() && options.task == "sample");
}

}  // namespace

void check_decoding(const InferenceOptions& options, const Trained& trained) {
  if (options.task != "decode" && options.task != "sample") return;
  if (!trained.recipe->writer()) {
    const std::pair<const char*, bool> of_texts[] = {
        {"decoding", !is_default(options)},
        {"top-p", options.top_p != 1},
        {"temperature", options.task == "decode" && options.temperature != 1},
        {"from", !options.from.empty()}};
    for (const auto& [name, said] : of_texts)
      if (said)
        throw UsageError(
            fmt::format("--{}: goes with a model of texts; leave the option out", name));
    return;
  }
  if (options.task == "decode" && !is_drawn(options) && options.temperature != 1)
    throw UsageError("--temperature: nothing is drawn; try --decoding sampled");
  const std::int64_t most = most_texts(options, trained);
  if (most == 0 || options.count.value_or(most) <= most) return;
  if (options.decoding.name == "greedy")
    throw UsageError("--count: without codes a model has one greedy text; try --decoding sampled");
  throw UsageError(fmt::format(
      "--count: without codes a model has {0} texts of --decoding beam:{0}; try a wider beam",
      most));
}

std::int64_t count_of(const InferenceOptions& options, const Trained& trained) {
  const std::int64_t most = most_texts(options, trained);
  return options.count.value_or(most > 0 ? most : 64);
}

SampleOptions sample_options(const InferenceOptions& options) {
  const bool beam = options.decoding.name == "beam";
  return {.temperature = is_drawn(options) || beam ? options.temperature : 0,
          .mean = !options.draw,
          .top_p = options.top_p,
          .beam = beam ? static_cast<std::int64_t>(options.decoding.number) : 0};
}

nn::Batch decoded(const InferenceOptions& options, const Trained& trained, const Variable& codes,
                  const Tensor& targets, nn::Pass& pass) {
  const models::LanguageModel* const writer = trained.recipe->writer();
  if (!writer) return trained.recipe->decode(codes, pass, targets);
  const SampleOptions how = sample_options(options);
  return {.inputs = models::write(
              *writer, codes.size(0), pass.noise,
              {.temperature = how.temperature, .top_p = how.top_p, .beam = how.beam}, codes)};
}

Tensor codes_between(const InferenceOptions& options, const Trained& trained) {
  const auto& kind = std::get<nn::TextExample>(trained.examples.kind);
  const nn::TextDataset two(nn::Lines({options.from, options.to}), *kind.vocabulary,
                            {.longest = kind.longest});
  if (two.cut() > 0)
    throw UsageError(fmt::format(
        "--{}: more than {} tokens, the most that the model reads",
        two.gather(nn::indices_between(0, 1)).inputs.size(1) > kind.longest ? "from" : "to",
        kind.longest));
  const NoGrad constants;
  Random noise{0};
  nn::Pass pass{noise};
  const nn::Batch texts = two.gather(nn::indices_between(0, 2));
  return codes_between(trained.recipe->encode(texts, pass).value(), options.steps);
}

}  // namespace ebb::tools
