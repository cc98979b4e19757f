#include <fmt/format.h>

#include <algorithm>
#include <autograd/anomaly.hpp>
#include <autograd/gradients.hpp>
#include <cmath>
#include <limits>
#include <nn/data/images.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>
#include <tensor/sort.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/code_figures.hpp>
#include <tools/evaluation/measures/mutual_information_gap.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double active = 0.01;  // the variance of an active unit's mean (Burda et al., 2016)
constexpr std::int64_t neighbors = 5;

Tensor as_rows(const Tensor& codes) {
  const std::int64_t n = codes.size(0);
  return reshape(cast(codes, DType::float32), {n, codes.count() / std::max<std::int64_t>(n, 1)});
}

// Means over test examples: divergences of each number of the code, and the squared error of what
// the model makes of its codes.
struct Means {
  std::optional<Tensor> divergences;  // [width]
  double squared_error = unknown;     // infinite where a picture is not finite
};

Means means_over(const Subject& subject, const PreparedExamples& test) {
  const Recipe& recipe = *subject.recipe;
  Random noise = subject.noise.fork("codes");
  nn::Pass pass{noise};
  Means means;
  double squares = 0, elements = 0;
  for (std::int64_t i = 0; i < test.batches(); ++i) {
    const nn::Batch batch = test.batch(i);
    const Variable divergences = recipe.divergences(batch, pass);
    if (divergences.count() > 0) {
      const Tensor total = sum(cast(divergences.value(), DType::float64), 0);
      means.divergences = means.divergences ? *means.divergences + total : total;
    }
    // Tokens have no squares; nor have words of a table.
    if (batch.inputs.dtype() == DType::int32 || recipe.table()) continue;
    const Variable codes = recipe.encode(batch, pass);
    const Tensor again = recipe.decode(codes, pass, batch.targets).inputs;
    if (again.shape() != batch.inputs.shape()) continue;
    squares += sum(square(cast(again - batch.inputs, DType::float64))).item();
    elements += static_cast<double>(again.count());
  }
  if (means.divergences) means.divergences = *means.divergences / static_cast<double>(test.count());
  if (elements > 0) means.squared_error = std::isfinite(squares) ? squares / elements : HUGE_VAL;
  return means;
}

// Are there labels to guess, of the same classes as those of the training data?
bool has_labels(const Subject& subject) {
  const std::int64_t classes = subject.data.train->examples().classes;
  return classes >= 2 && subject.data.test->examples().classes == classes;
}

// What the drawn examples were made from, where that is known.
double gap(const Subject& subject, const Tensor& codes) {
  const auto* const images = dynamic_cast<const nn::ImageDataset*>(&*subject.data.test);
  if (!images || images->factors().values.count() == 0) return unknown;
  return mutual_information_gap(codes, images->factors().values);
}

}  // namespace

LabelledCodes collect_codes(const PreparedExamples& examples,
                            const std::function<Tensor(const nn::Batch&)>& encode) {
  std::vector<Tensor> codes, labels;
  for (std::int64_t i = 0; i < examples.batches(); ++i) {
    stop_if_interrupted();
    const nn::Batch batch = examples.batch(i);
    codes.push_back(encode(batch));
    if (batch.targets.count() > 0) labels.push_back(batch.targets);
  }
  return {cat(codes), labels.empty() ? Tensor() : cat(labels)};
}

CodeAccuracy code_accuracy(const Subject& subject, const LabelledCodes& train,
                           const LabelledCodes& test) {
  if (subject.recipe->is_told_labels() || !has_labels(subject) || train.codes.size(0) < neighbors)
    return {unknown, unknown};
  return {neighbor_accuracy(train, test, neighbors),
          linear_probe_accuracy(train, test, subject.data.train->examples().classes)};
}

void measure_accuracy(const Subject& subject, Json& figures) {
  const NoGrad constants;
  if (!has_labels(subject)) return;
  const PreparedExamples test = subject.test();
  double right = 0;
  for (std::int64_t i = 0; i < test.batches(); ++i) {
    stop_if_interrupted();
    const nn::Batch batch = test.batch(i);
    const Outputs outputs = subject.recipe->encoder_outputs(batch);
    const auto found = std::find_if(outputs.begin(), outputs.end(),
                                    [](const auto& each) { return each.first == "logits"; });
    if (found == outputs.end()) return;
    right += sum(cast(argmax(found->second.value(), -1) == batch.targets, DType::float64)).item();
  }
  figures["accuracy"] = right / static_cast<double>(test.count());
}

std::int64_t measure_codes(const Subject& subject, Progress& progress, Json& figures) {
  const NoGrad constants;
  const Recipe& recipe = *subject.recipe;
  const PreparedExamples train = subject.train(), test = subject.test();
  Random noise = subject.noise.fork("codes");
  nn::Pass pass{noise};
  if (recipe.encode(test.batch(0), pass).count() == 0) return 0;
  if (progress.due()) progress.show("codes");
  const auto encode = [&](const nn::Batch& batch) {
    return as_rows(recipe.encode(batch, pass).value());
  };
  const LabelledCodes known = collect_codes(train, encode), scored = collect_codes(test, encode);
  require_finite(is_finite(known.codes) && is_finite(scored.codes), "codes");
  const CodeAccuracy accuracy = code_accuracy(subject, known, scored);
  figures["knn_accuracy"] = null_or(accuracy.neighbors);
  figures["linear_probe_accuracy"] = null_or(accuracy.linear_probe);
  figures["mutual_information_gap"] = null_or(gap(subject, scored.codes));
  const Means means = means_over(subject, test);
  require_finite(!std::isinf(means.squared_error), "pictures");
  if (means.divergences) figures["kl_per_dimension"] = means.divergences->to_vector<double>();
  // Where codes can be drawn, those that were found are means of q(z|x). One alone has no variance.
  const bool has_means = means.divergences || recipe.draw_codes(test.batch(0), pass).count() > 0;
  if (has_means && scored.codes.size(0) > 1)
    figures["active_units"] = static_cast<std::int64_t>(sum(var(scored.codes, 0) > active).item());
  if (const std::string words = recipe.code_in_words(); !words.empty()) figures["code"] = words;
  if (!std::isnan(means.squared_error))
    add_reference(figures, "squared_error", "this model", means.squared_error);
  return recipe.code_vectors() > 0 ? recipe.code_vectors() : known.codes.size(1);
}

}  // namespace ebb::tools
