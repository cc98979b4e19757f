#include <algorithm>
#include <autograd/gradients.hpp>
#include <cmath>
#include <map>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/baselines/principal_components.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/page/codes.hpp>
#include <tools/page/encoding.hpp>
#include <tools/training/metrics.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::int64_t bins = 48, most_histograms = 64, most_correlated = 32, widest = 1024;
constexpr double end_of_normal = 4;  // of a histogram beside N(0, 1)

struct Codes {
  Tensor means;        // [n, width]; of a codebook, its vectors one after the other
  Tensor draws;        // [n, width]; empty: a code follows from its example
  Tensor divergences;  // [width], float64; empty: not known
  std::vector<std::int32_t> labels;
};

Tensor as_rows(const Tensor& codes) { return reshape(codes, {codes.size(0), -1}); }

Codes collect_all(const OpenedRun& run) {
  const NoGrad constants;
  const PreparedExamples test = run.test();
  Random noise = Random{0}.fork("page codes");
  nn::Pass pass{noise};
  std::vector<Tensor> means, draws;
  Codes codes;
  for (std::int64_t i = 0; i < test.batches(); ++i) {
    stop_if_interrupted();
    const nn::Batch batch = test.batch(i);
    const Variable mean = run.recipe().encode(batch, pass);
    if (mean.count() == 0) return {};
    means.push_back(as_rows(mean.value()));
    const Variable drawn = run.recipe().draw_codes(batch, pass);
    if (drawn.count() > 0) draws.push_back(as_rows(drawn.value()));
    const Variable kl = run.recipe().divergences(batch, pass);
    if (kl.count() > 0) {
      const Tensor total = sum(cast(kl.value(), DType::float64), 0);
      codes.divergences = i > 0 ? codes.divergences + total : total;
    }
    if (batch.targets.count() > 0 && batch.targets.dtype() == DType::int32) {
      const std::vector<std::int32_t> labels = batch.targets.to_vector<std::int32_t>();
      codes.labels.insert(codes.labels.end(), labels.begin(), labels.end());
    }
  }
  codes.means = cat(means);
  if (!draws.empty()) codes.draws = cat(draws);
  if (codes.divergences.count() > 0)
    codes.divergences = codes.divergences / static_cast<double>(test.count());
  return codes;
}

// The numbers of the largest first.
std::vector<std::int64_t> falling(const std::vector<double>& values) {
  std::vector<std::int64_t> order = nn::indices_between(0, std::ssize(values));
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(b)];
  });
  return order;
}

Tensor columns_of(const Tensor& x, const std::vector<std::int64_t>& order, std::int64_t most) {
  std::vector<std::int32_t> some;
  for (const std::int64_t j : order)
    if (static_cast<std::int64_t>(some.size()) < most) some.push_back(static_cast<std::int32_t>(j));
  return index_select(x, 1, from_vector(some));
}

Json histogram(const std::vector<float>& values, bool beside_normal) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double low = beside_normal ? -end_of_normal : *least,
               high = beside_normal ? end_of_normal : std::max(*most, *least + 1e-6f);
  std::vector<std::int64_t> counts(bins);
  for (const double value : values) {
    const double place = (value - low) / (high - low) * bins;
    if (place >= 0 && place <= bins)
      ++counts[static_cast<std::size_t>(std::min<double>(place, bins - 1))];
  }
  return {{"low", rounded(low, 4)}, {"high", rounded(high, 4)}, {"counts", counts}};
}

Json histograms(const Tensor& ordered, bool beside_normal) {
  Json list = Json::array();
  for (std::int64_t j = 0; j < ordered.size(1); ++j)
    list.push_back(histogram(slice(ordered, 1, j, j + 1).to_vector<float>(), beside_normal));
  return list;
}

Json correlations(const Tensor& ordered) {
  const Moments moments = moments_of(ordered);
  const std::vector<double> covariance = moments.covariance.to_vector<double>();
  const auto width = static_cast<std::size_t>(ordered.size(1));
  Json rows = Json::array();
  for (std::size_t i = 0; i < width; ++i) {
    std::vector<double> row;
    for (std::size_t j = 0; j < width; ++j) {
      const double scale =
          std::sqrt(covariance[i * width + i]) * std::sqrt(covariance[j * width + j]);
      row.push_back(scale > 0 ? covariance[i * width + j] / scale : 0);
    }
    rows.push_back(rounded(row, 2));
  }
  return rows;
}

// The two directions in which the means vary most.
Json principal(const Tensor& means) {
  if (means.size(0) < 2) return nullptr;
  const PrincipalComponents pca = principal_components(moments_of(means));
  const double all = sum(pca.variances).item();
  Json found = {{"mean", rounded(pca.mean.to_vector<double>(), 5)},
                {"components", Json::array()},
                {"shares", Json::array()}};
  for (std::int64_t i = 0; i < std::min<std::int64_t>(2, means.size(1)); ++i) {
    found["components"].push_back(
        rounded(slice(pca.components, 0, i, i + 1).to_vector<double>(), 5));
    const double variance = slice(pca.variances, 0, i, i + 1).item();
    found["shares"].push_back(rounded(all > 0 ? variance / all : 0, 4));
  }
  return found;
}

// [classes, width], null for a class that is not there.
Json class_means(const Codes& codes, std::int64_t classes) {
  Json rows = Json::array();
  const Tensor labels = from_vector(codes.labels);
  for (std::int32_t label = 0; label < classes; ++label) {
    const Tensor is = cast(labels == label, DType::float32);
    const double count = sum(is).item();
    if (count == 0) {
      rows.push_back(nullptr);
      continue;
    }
    const Tensor total = matmul(reshape(is, {1, -1}), codes.means);
    rows.push_back(rounded(cast(reshape(total, {-1}), DType::float64).to_vector<double>(), 9));
    for (Json& number : rows.back()) number = rounded(number.get<double>() / count, 4);
  }
  return rows;
}

// How often each vector of a codebook came up, the most frequent first.
void add_codebook(Json& found, const Codes& codes, const Json& config) {
  const std::size_t width = config.at("width"), size = config.at("codes");
  const std::vector<float> numbers = codes.means.to_vector<float>();
  std::map<std::vector<float>, double> times;
  for (auto at = numbers.begin(); at != numbers.end(); at += static_cast<std::ptrdiff_t>(width))
    ++times[{at, at + static_cast<std::ptrdiff_t>(width)}];
  Counts all{"codes", {}};
  for (const auto& vector : times) all.counts.push_back(vector.second);
  std::sort(all.counts.rbegin(), all.counts.rend());
  all.counts.resize(std::max(size, all.counts.size()));
  found["codebook"] = rounded(all.counts, 9);
  found["perplexity"] = rounded(all.perplexity(), 4);
  found["unused"] = all.unused();
  found["places"] = codes.means.size(1) / static_cast<std::int64_t>(width);
}

}  // namespace

Json codes_of(const OpenedRun& run) {
  const Codes codes = collect_all(run);
  if (codes.means.count() == 0) return nullptr;
  const std::int64_t width = codes.means.size(1);
  if (width > widest) return {{"width", width}};
  const std::vector<double> variances =
      cast(var(codes.means, 0, 0), DType::float64).to_vector<double>();
  Json found = {{"width", width}, {"examples", codes.means.size(0)}};
  found["kl"] = nullptr;
  std::vector<double> weights = variances;
  if (codes.divergences.count() > 0) {
    weights = codes.divergences.to_vector<double>();
    found["kl"] = rounded(weights, 5);
  }
  const std::vector<std::int64_t> order = falling(weights);
  const Tensor& seen = codes.draws.count() > 0 ? codes.draws : codes.means;
  found["order"] = order;
  found["variance"] = rounded(variances, 5);
  found["deviation"] = rounded(cast(std(seen, 0, 0), DType::float64).to_vector<double>(), 5);
  found["drawn"] = codes.draws.count() > 0;
  found["histograms"] =
      histograms(columns_of(seen, order, most_histograms), run.has_normal_prior());
  found["correlations"] = correlations(columns_of(codes.means, order, most_correlated));
  found["principal"] = principal(codes.means);
  found["means"] = packed(slice(codes.means, 0, 0, run.shown).to_vector<float>());
  if (run.trained.config.at("model") == "vq") add_codebook(found, codes, run.trained.config);
  if (!codes.labels.empty())
    found["class_means"] = class_means(codes, run.trained.examples.classes);
  return found;
}

}  // namespace ebb::tools
