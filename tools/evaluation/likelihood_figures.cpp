#include <fmt/format.h>

#include <autograd/gradients.hpp>
#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/reduce.hpp>
#include <tools/evaluation/likelihood_figures.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

// So few examples are scored by one core, which keeps their draws in its own cache, while the other
// cores score others. All cores together on many of them, operation by operation, take longer.
constexpr std::int64_t together = 4;

// What is asked of each few examples.
struct Question {
  const Recipe& recipe;
  std::int64_t samples;  // 0: no bound of several draws
  Random noise;          // of all examples
};

Metrics answer(const Question& asked, const nn::Batch& examples, std::int64_t number) {
  const NoGrad constants;
  Random noise = asked.noise.fork(std::to_string(number));
  nn::Pass pass{noise};
  Metrics found;
  const auto add = [&](const char* name, const Variable& numbers) {
    if (numbers.count() > 0) found.add(name, numbers);
  };
  const Terms plain = asked.recipe.bound(examples, 1, pass);
  add("elbo", plain.bound);
  add("rate", plain.kl);
  add("distortion", plain.reconstruction);
  if (asked.samples == 0) return found;
  const Terms tight = asked.recipe.bound(examples, asked.samples, pass);
  add("bound", tight.bound);
  if (tight.log_weights.count() > 0)
    add("effective_sample_size", effective_sample_sizes(tight.log_weights.value()));
  add("marginal", asked.recipe.marginal(examples, asked.samples, pass));
  return found;
}

Metrics ask_all(const Question& asked, const PreparedExamples& examples, Progress& progress) {
  Metrics all;
  for (std::int64_t b = 0, done = 0; b < examples.batches(); ++b) {
    const nn::Batch batch = examples.batch(b);
    const std::int64_t n = batch.inputs.size(0), pieces = divide_up(n, together);
    std::vector<Metrics> found(static_cast<std::size_t>(pieces));
    parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        stop_if_interrupted();
        found[static_cast<std::size_t>(i)] =
            answer(asked, part_of(batch, i * together, (i + 1) * together),
                   b * PreparedExamples::batch_size + i);
      }
    });
    for (const Metrics& each : found) all.add(each);
    done += n;
    if (progress.due()) progress.show(fmt::format("likelihood: {}/{}", done, examples.count()));
  }
  return all;
}

}  // namespace

Tensor effective_sample_sizes(const Tensor& log_weights) {
  return exp(2 * logsumexp(log_weights, 0) - logsumexp(2 * log_weights, 0));
}

void measure_likelihood(const Subject& subject, std::int64_t samples, Progress& progress,
                        Json& figures) {
  const Recipe& recipe = *subject.recipe;
  const Claim claim = recipe.claim();
  if (claim == Claim::none) return;
  const bool bounds = claim != Claim::cross_entropy;
  const Metrics found =
      ask_all({recipe, bounds ? samples : 0, subject.noise.fork("draws of codes")}, subject.test(),
              progress);
  for (const char* key : {"elbo", "bound", "rate", "distortion"})
    require_finite(!found.has(key) || std::isfinite(found.mean(key)), "likelihoods");
  figures["likelihood"] = recipe.likelihood();
  const nn::Examples examples = subject.data.test->examples();
  const bool texts = std::holds_alternative<nn::TextExample>(examples.kind);
  const bool told = recipe.is_told_labels();
  figures["unit"] = texts  ? "nats per text"
                    : told ? "nats per image, given its label"
                           : "nats per image";
  for (const char* key : {"rate", "distortion"}) figures[key] = null_or(found.mean(key));
  if (!bounds) return;
  figures["samples"] = samples;
  for (const std::string key : {"elbo", "bound"}) {
    figures[key] = null_or(found.mean(key));
    figures[key + "_standard_error"] = null_or(found.standard_error(key));
  }
  figures["effective_sample_size"] =
      samples == 1 ? Json(1.0) : null_or(found.mean("effective_sample_size"));
  if (claim == Claim::probability && !texts && !told) {
    const auto elements = static_cast<double>(examples.shape().count());
    figures["bits_per_dimension"] = -found.mean("elbo") / (elements * std::log(2.0));
  }
  if (!std::isnan(found.mean("marginal")))
    add_reference(figures, "bound", "labels not known", found.mean("marginal"));
}

}  // namespace ebb::tools
