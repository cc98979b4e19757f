#include <algorithm>
#include <autograd/gradients.hpp>
#include <models/tables/table_autoencoder.hpp>
#include <numeric>
#include <tensor/parts.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/scores.hpp>

namespace ebb::tools {

std::vector<OddCell> find_odd_cells(const Recipe& recipe, const PreparedExamples& examples) {
  const models::TableAutoencoder* const model = recipe.table();
  if (!model) return {};
  constexpr std::int64_t draws = 50;
  const auto& columns = model->likelihoods.groups().columns;
  std::vector<Tensor> all_nats, all_known;
  for (std::int64_t i = 0; i < examples.batches(); ++i) {
    stop_if_interrupted();
    Random noise = Random{0}.fork("odd cells").fork(std::to_string(i));
    nn::Pass pass{noise};
    const nn::Batch batch = examples.batch(i);
    all_nats.push_back(model->given_others(batch, draws, pass));
    all_known.push_back(model->cells(batch).known);
  }
  const std::vector<float> nats = cat(all_nats).to_vector<float>(),
                           known = cat(all_known).to_vector<float>();
  const std::size_t width = columns.size();
  std::vector<float> sums(width), counts(width);
  for (std::size_t k = 0; k < nats.size(); ++k)
    sums[k % width] += nats[k], counts[k % width] += known[k];
  std::vector<OddCell> odd(nats.size() / width, {"", 0, 0});
  for (std::size_t k = 0; k < nats.size(); ++k) {
    const std::size_t j = k % width;
    OddCell& found = odd[k / width];
    const float below = known[k] != 0 ? sums[j] / counts[j] - nats[k] : 0;
    if (below > found.nats || found.column.empty()) found = {columns[j].name, below, j};
  }
  return odd;
}

std::vector<double> training_quantiles(const std::string& run, const Trained& trained) {
  const std::vector<double> kept = kept_training_quantiles(run);
  if (!kept.empty()) return kept;
  const nn::SharedDataset train = load_datasets(trained.config).train;
  check_kind(trained.examples, train->examples(), false);
  return keep_training_quantiles(run, *trained.recipe, train, trained.config.at("seed"),
                                 stop_if_interrupted);
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
