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

// Scores of an example.
Json entry_of(const Scores& scores, std::int64_t index) {
  const auto i = static_cast<std::size_t>(index);
  return {{"index", index},
          {"label", scores.labels.empty() ? Json() : Json(scores.labels[i])},
          {"bound", at(scores.bound, i)},
          {"strangeness", at(scores.strangeness, i)},
          {"reconstruction", at(scores.reconstruction, i)},
          {"kl", at(scores.kl, i)}};
}

// A group of examples with their entries.
Json group(const OpenedRun& run, const PageKind& kind, const Indices& indices,
           const Json& entries) {
  const nn::Batch batch = chosen(run.test(), indices);
  Json found = {{"entries", entries}, {"examples", kind.shown(batch)}};
  const Tensor again = found["examples"].is_null() ? Tensor() : reconstructed(run.recipe(), batch);
  found["reconstructions"] = again.count() > 0 ? kind.shown({.inputs = again}) : Json();
  return found;
}

// The examples with the least strangeness, those in the middle, and those with the most.
Json groups(const OpenedRun& run, const PageKind& kind, const Scores& scores) {
  const std::size_t count = scores.strangeness.size(), some = std::min(of_each_kind, count);
  Indices order = nn::indices_between(0, static_cast<std::int64_t>(count));
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return scores.strangeness[static_cast<std::size_t>(a)] <
           scores.strangeness[static_cast<std::size_t>(b)];
  });
  Indices all(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(some));
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>((count - some) / 2);
  all.insert(all.end(), middle, middle + static_cast<std::ptrdiff_t>(some));
  all.insert(all.end(), order.rbegin(), order.rbegin() + static_cast<std::ptrdiff_t>(some));
  const Json details = kind.details(run, all);  // of all at once: some are found by comparison
  Json found = Json::object();
  for (std::size_t k = 0; k < 3; ++k) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(k * some);
    const Indices part(from, from + static_cast<std::ptrdiff_t>(some));
    Json entries = Json::array();
    for (std::size_t i = 0; i < some; ++i) {
      entries.push_back(entry_of(scores, part[i]));
      if (!details.is_null()) entries.back().update(details[k * some + i]);
    }
    constexpr const char* names[] = {"best", "median", "worst"};
    found[names[k]] = group(run, kind, part, entries);
  }
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

Json shown_of(const OpenedRun& run, const PageKind& kind) {
  const nn::Batch batch = chosen(run.test(), nn::indices_between(0, run.shown));
  const Json examples = kind.shown(batch, true);
  if (examples.is_null()) return nullptr;
  Json found = {{"count", run.shown}, {"labels", nullptr}, {"examples", examples}};
  if (batch.targets.count() > 0 && batch.targets.dtype() == DType::int32)
    found["labels"] = batch.targets.to_vector<std::int32_t>();
  return found;
}

Json examples_of(const OpenedRun& run, const PageKind& kind) {
  const Scores scores = score(run.recipe(), run.test(), stop_if_interrupted);
  if (scores.strangeness.empty()) return nullptr;  // neither a likelihood nor reconstructions
  Json found = groups(run, kind, scores);
  found["all"] = summary(scores, -1);
  found["classes"] = Json::array();
  if (!scores.labels.empty())
    for (std::int32_t label = 0; label < run.trained.examples.classes; ++label)
      found["classes"].push_back(summary(scores, label));
  return found;
}

}  // namespace ebb::tools
