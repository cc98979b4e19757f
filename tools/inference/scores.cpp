#include <algorithm>
#include <autograd/gradients.hpp>
#include <cmath>
#include <filesystem>
#include <models/tables/table_autoencoder.hpp>
#include <nn/files/file.hpp>
#include <nn/files/sha256.hpp>
#include <numeric>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/scores.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr int steps = 1000;  // between the quantiles that are kept

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
  if (again.shape() != batch.inputs.shape())
    throw UsageError(std::string("model: ") + recipe.name() +
                     " has neither a likelihood nor reconstructions; try a run of ae or vae");
  const Tensor squares = square(again - batch.inputs);
  append(scores.reconstruction, mean(reshape(squares, {squares.size(0), -1}), 1));
}

}  // namespace

Scores score(const Recipe& recipe, const PreparedExamples& examples) {
  const NoGrad constants;
  const Random noise = Random{0}.fork("scores");
  Scores scores;
  for (std::int64_t i = 0; i < examples.batches(); ++i) {
    stop_if_interrupted();
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

std::vector<Scores::OddCell> find_odd_cells(const Recipe& recipe,
                                            const PreparedExamples& examples) {
  const models::TableAutoencoder* const model = recipe.table();
  if (!model) return {};
  constexpr std::int64_t draws = 50;
  const auto& columns = model->likelihoods.groups().columns;
  std::vector<float> nats, known;
  for (std::int64_t i = 0; i < examples.batches(); ++i) {
    stop_if_interrupted();
    Random noise = Random{0}.fork("odd cells").fork(std::to_string(i));
    nn::Pass pass{noise};
    const nn::Batch batch = examples.batch(i);
    append(nats, model->given_others(batch, draws, pass));
    append(known, model->cells(batch).known);
  }
  const std::size_t width = columns.size();
  std::vector<float> sums(width), counts(width);
  for (std::size_t k = 0; k < nats.size(); ++k)
    sums[k % width] += nats[k], counts[k % width] += known[k];
  std::vector<Scores::OddCell> odd(nats.size() / width, {"", 0});
  for (std::size_t k = 0; k < nats.size(); ++k) {
    const std::size_t j = k % width;
    Scores::OddCell& found = odd[k / width];
    const float below = known[k] != 0 ? sums[j] / counts[j] - nats[k] : 0;
    if (below > found.nats || found.column.empty()) found = {columns[j].name, below};
  }
  return odd;
}

double quantile(const std::vector<double>& sorted, double part) {
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double above = sorted[std::min(below + 1, sorted.size() - 1)];
  return sorted[below] + (place - std::floor(place)) * (above - sorted[below]);
}

std::vector<double> training_quantiles(const std::string& run, const Trained& trained) {
  const std::string path = run + "/training_scores.json",
                    weights = nn::sha256_of_file(run + "/model.safetensors");
  if (std::filesystem::exists(path)) {
    const Json kept = Json::parse(nn::read_file(path), nullptr, false);
    if (kept.is_object() && kept.value("weights_sha256", Json()) == weights)
      return kept.at("quantiles").get<std::vector<double>>();
  }
  const PreparedExamples train = examples_for({.part = "train"}, trained);
  const Scores scores = score(*trained.recipe, train);
  std::vector<double> sorted(scores.strangeness.begin(), scores.strangeness.end()), quantiles;
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i <= steps; ++i)
    quantiles.push_back(quantile(sorted, static_cast<double>(i) / steps));
  nn::write_file(
      path, Json{{"weights_sha256", weights}, {"examples", sorted.size()}, {"quantiles", quantiles}}
                    .dump() +
                '\n');
  return quantiles;
}

std::optional<double> area_under_roc(const std::vector<float>& strangeness,
                                     const std::vector<std::int32_t>& labels) {
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return strangeness[a] < strangeness[b]; });
  double zeros = 0, ones = 0, above = 0;  // pairs in which the one is above the zero
  for (std::size_t i = 0; i < order.size();) {
    double tied[2] = {};
    const float level = strangeness[order[i]];
    for (; i < order.size() && strangeness[order[i]] == level; ++i) {
      const std::int32_t label = labels[order[i]];
      if (label != 0 && label != 1) return std::nullopt;
      ++tied[label];
    }
    above += tied[1] * (zeros + tied[0] / 2);
    zeros += tied[0], ones += tied[1];
  }
  if (zeros == 0 || ones == 0) return std::nullopt;
  return above / (zeros * ones);
}

}  // namespace ebb::tools
