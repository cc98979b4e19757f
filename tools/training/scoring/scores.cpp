#include <algorithm>
#include <autograd/gradients.hpp>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <nn/data/split.hpp>
#include <nn/files/file.hpp>
#include <nn/files/sha256.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/training/scoring/scores.hpp>
#include <tools/training/sources.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr int steps = 1000;            // between the quantiles that are kept
constexpr std::int64_t most = 10'000;  // training examples
const char* const scores_file = "/training_scores.json";

std::string sum_of_weights(const std::string& folder) {
  return nn::sha256_of_file(folder + "/model.safetensors");
}

void append(std::vector<float>& to, const Tensor& numbers) {
  if (numbers.count() == 0) return;
  const std::vector<float> more = numbers.to_vector<float>();
  to.insert(to.end(), more.begin(), more.end());
}

// Adds what a model with a likelihood says.
void add_terms(Scores& scores, const Recipe& recipe, const nn::Batch& batch, nn::Pass& pass) {
  const Terms terms = recipe.bound(batch, 1, pass);
  append(scores.reconstruction, terms.reconstruction.value());
  append(scores.kl, terms.kl.value());
  if (recipe.claim() != Claim::cross_entropy) append(scores.bound, terms.bound.value());
  append(scores.strangeness, -terms.bound.value());
}

// Adds how far off are what a model makes of its codes.
void add_squares(Scores& scores, const Recipe& recipe, const nn::Batch& batch, nn::Pass& pass) {
  const Variable codes = recipe.encode(batch, pass);
  const Tensor again =
      codes.count() > 0 ? recipe.decode(codes, pass, batch.targets).inputs : Tensor();
  if (again.shape() != batch.inputs.shape()) return;
  const Tensor squares = square(again - batch.inputs);
  append(scores.reconstruction, mean(reshape(squares, {squares.size(0), -1}), 1));
}

}  // namespace

Scores score(const Recipe& recipe, const PreparedExamples& examples,
             const std::function<void()>& stop) {
  const NoGrad constants;
  const Random noise = Random{0}.fork("scores");
  Scores scores;
  for (std::int64_t i = 0; i < examples.batches(); ++i) {
    stop();
    const nn::Batch batch = examples.batch(i);
    Random draws = noise.fork(std::to_string(i));
    nn::Pass pass{draws};
    if (recipe.claim() == Claim::none)
      add_squares(scores, recipe, batch, pass);
    else
      add_terms(scores, recipe, batch, pass);
    if (batch.targets.count() > 0 && batch.targets.dtype() == DType::int32) {
      const std::vector<std::int32_t> labels = batch.targets.to_vector<std::int32_t>();
      scores.labels.insert(scores.labels.end(), labels.begin(), labels.end());
    }
  }
  if (recipe.claim() == Claim::none) scores.strangeness = scores.reconstruction;
  for (const float each : scores.strangeness)
    if (!std::isfinite(each))
      throw DataError("model: its scores are not finite; did its training diverge?");
  return scores;
}

double quantile(const std::vector<double>& sorted, double part) {
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double above = sorted[std::min(below + 1, sorted.size() - 1)];
  return sorted[below] + (place - std::floor(place)) * (above - sorted[below]);
}

nn::SharedDataset scored_part(const nn::SharedDataset& train, std::uint64_t seed) {
  if (train->count() <= most) return train;
  const double part = static_cast<double>(most) / static_cast<double>(train->count());
  return nn::split(train, {part, 1 - part}, seed)[0];
}

std::vector<double> keep_training_quantiles(const std::string& folder, const Recipe& recipe,
                                            const nn::SharedDataset& train, std::uint64_t seed,
                                            const std::function<void()>& stop) {
  const Random noise = Random{seed}.fork("evaluation").fork("training images");
  const Scores scores =
      score(recipe, PreparedExamples(scored_part(train, seed), recipe, noise), stop);
  if (scores.strangeness.empty()) return {};
  std::vector<double> sorted(scores.strangeness.begin(), scores.strangeness.end()), quantiles;
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i <= steps; ++i)
    quantiles.push_back(quantile(sorted, static_cast<double>(i) / steps));
  const Json kept = {{"weights_sha256", sum_of_weights(folder)},
                     {"examples", sorted.size()},
                     {"quantiles", quantiles}};
  nn::write_file(folder + scores_file, kept.dump() + '\n');
  return quantiles;
}

std::vector<double> kept_training_quantiles(const std::string& folder) {
  if (!std::filesystem::exists(folder + scores_file)) return {};
  const Json kept = Json::parse(nn::read_file(folder + scores_file), nullptr, false);
  if (!kept.is_object() || kept.value("weights_sha256", Json()) != sum_of_weights(folder))
    return {};
  return kept.at("quantiles").get<std::vector<double>>();
}

}  // namespace ebb::tools
