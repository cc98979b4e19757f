#include <algorithm>
#include <numeric>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/scores.hpp>

namespace ebb::tools {

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
