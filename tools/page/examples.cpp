#include <algorithm>
#include <cmath>
#include <tools/evaluation/subject.hpp>
#include <tools/page/encoding.hpp>
#include <tools/page/examples.hpp>
#include <tools/training/scoring/scores.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t of_each_kind = 8;

using Indices = std::vector<std::int64_t>;

Json at(const std::vector<float>& list, std::size_t i) {
  return list.empty() ? Json() : rounded(list[i], 6);
}

// A group of images in the order of `strangeness`, with their numbers.
Json group(const OpenedRun& run, const PreparedExamples& test, const Scores& scores,
           const Indices& indices) {
  Json entries = Json::array();
  for (const std::int64_t index : indices) {
    const auto i = static_cast<std::size_t>(index);
    entries.push_back({{"index", index},
                       {"label", scores.labels.empty() ? Json() : Json(scores.labels[i])},
                       {"bound", at(scores.bound, i)},
                       {"strangeness", at(scores.strangeness, i)},
                       {"reconstruction", at(scores.reconstruction, i)},
                       {"kl", at(scores.kl, i)}});
  }
  Json found = {{"entries", entries}};
  if (!run.has_images()) return found;
  const nn::Batch batch = chosen(test, indices);
  const Tensor again = reconstructed(run.recipe(), batch);
  found["images"] = sprite(shrunk(batch.inputs));
  found["reconstructions"] = again.count() > 0 ? sprite(shrunk(again)) : Json();
  return found;
}

struct Mean {
  double sum = 0, squares = 0, count = 0;
  void add(double value) { sum += value, squares += value * value, ++count; }
  // {"mean": …, "standard_error": …}
  Json json() const {
    const double mean = sum / count, variance = (squares - count * mean * mean) / (count - 1);
    return {{"mean", rounded(mean, 6)},
            {"standard_error", rounded(std::sqrt(std::max(variance, 0.0) / count), 3)}};
  }
};

// Means over the examples of one label; of all where the label is negative.
Json summary(const Scores& scores, std::int32_t label) {
  Mean strangeness, bound, reconstruction, kl;
  for (std::size_t i = 0; i < scores.strangeness.size(); ++i) {
    if (label >= 0 && scores.labels[i] != label) continue;
    strangeness.add(scores.strangeness[i]);
    if (!scores.reconstruction.empty()) reconstruction.add(scores.reconstruction[i]);
    if (!scores.bound.empty()) bound.add(scores.bound[i]);
    if (!scores.kl.empty()) kl.add(scores.kl[i]);
  }
  const auto known = [](const Mean& mean) { return mean.count > 0 ? mean.json() : Json(); };
  return {{"count", static_cast<std::int64_t>(strangeness.count)},
          {"strangeness", known(strangeness)},
          {"bound", known(bound)},
          {"reconstruction", known(reconstruction)},
          {"kl", known(kl)}};
}

}  // namespace

Json images_of(const OpenedRun& run) {
  const nn::Batch batch = chosen(run.test(), nn::indices_between(0, run.shown));
  Json found = sprite(batch.inputs);
  found["labels"] = nullptr;
  if (batch.targets.count() > 0 && batch.targets.dtype() == DType::int32)
    found["labels"] = batch.targets.to_vector<std::int32_t>();
  return found;
}

Json examples_of(const OpenedRun& run) {
  const PreparedExamples test = run.test();
  const Scores scores = score(run.recipe(), test, stop_if_interrupted);
  const std::size_t count = scores.strangeness.size();
  if (count == 0) return nullptr;  // it has neither a likelihood nor reconstructions
  Indices order = nn::indices_between(0, static_cast<std::int64_t>(count));
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return scores.strangeness[static_cast<std::size_t>(a)] <
           scores.strangeness[static_cast<std::size_t>(b)];
  });
  const std::size_t some = std::min(of_each_kind, count);
  const auto part = [&](std::size_t begin) {
    const auto from = order.begin() + static_cast<std::ptrdiff_t>(begin);
    return Indices(from, from + static_cast<std::ptrdiff_t>(some));
  };
  Json found = {{"best", group(run, test, scores, part(0))},
                {"median", group(run, test, scores, part((count - some) / 2))}};
  Indices worst = part(count - some);
  std::reverse(worst.begin(), worst.end());
  found["worst"] = group(run, test, scores, worst);
  found["all"] = summary(scores, -1);
  found["classes"] = Json::array();
  if (!scores.labels.empty())
    for (std::int32_t label = 0; label < run.trained.examples.classes; ++label)
      found["classes"].push_back(summary(scores, label));
  return found;
}

}  // namespace ebb::tools
