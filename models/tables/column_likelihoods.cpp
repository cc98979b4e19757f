#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/labels.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/tables/column_likelihoods.hpp>
#include <nn/distributions.hpp>
#include <nn/start.hpp>
#include <tensor/makers.hpp>

namespace ebb::models {

using nn::Column, nn::ColumnKind;

namespace {

constexpr double least_log_variance = -10;  // of a scaled number: densities have no upper bound
constexpr double least_log_scale = -8, most_log_scale = 4;
constexpr double never = -1e9;
constexpr std::size_t none = static_cast<std::size_t>(-1);

std::int64_t length(const std::vector<std::size_t>& group) {
  return static_cast<std::int64_t>(group.size());
}

double log_share(double share) { return std::log(std::max(share, 1e-4)); }

// [n, …] as [K, n, …], without a copy.
Tensor repeated(const Tensor& x, std::int64_t k) {
  std::vector<std::int64_t> lengths = {k};
  lengths.insert(lengths.end(), x.shape().begin(), x.shape().end());
  return expand(x, Shape(lengths));
}

// Thresholds that cut a logistic distribution at the shares of the words; differences grow from
// their logarithms.
std::vector<float> first_thresholds(const Column& column) {
  std::vector<float> start;
  double below = 0, last = 0;
  for (std::size_t k = 0; k + 1 < column.words.size(); ++k) {
    below +=
        column.shares.empty() ? 1.0 / static_cast<double>(column.words.size()) : column.shares[k];
    const double p = std::clamp(below, 1e-3, 1 - 1e-3), at = std::log(p / (1 - p));
    start.push_back(
        static_cast<float>(k == 0 ? at : std::log(std::expm1(std::max(at - last, 0.02)))));
    last = k == 0 ? at : std::max(at, last + 0.02);
  }
  return start;
}

// t_1, t_1 + softplus(d_2), …
Variable increasing(const Variable& raw) {
  if (raw.count() == 1) return raw;
  const Variable steps = cat({slice(raw, 0, 0, 1), softplus(slice(raw, 0, 1))});
  const std::int64_t c = raw.count();
  return sum(tril(ones({c, c}, raw.dtype())) * steps, 1);
}

}  // namespace

ColumnLikelihoods::ColumnLikelihoods(const nn::TableExample& table) : groups_(table) {
  const auto& columns = groups_.columns;
  const std::int64_t units = length(groups_.units), frequent = 1 + groups_.most_frequent;
  numbers_ = 2 * length(groups_.gaussian) + 2 * length(groups_.counts) +
             units * (frequent + 3 * components);
  std::vector<double> log_counts;
  for (const std::size_t j : groups_.counts) log_counts.push_back(std::log(columns[j].mean + 0.1));
  log_counts_ = from_vector(log_counts);
  std::vector<float> mask, start;
  for (const std::size_t j : groups_.units) {
    double rest = 1;
    for (const double share : columns[j].shares) rest -= share;
    mask.push_back(0), start.push_back(static_cast<float>(log_share(rest)));
    for (std::int64_t k = 1; k < frequent; ++k) {
      const auto at = static_cast<std::size_t>(k - 1);
      const bool is_one = at < columns[j].frequent.size();
      mask.push_back(is_one ? 0.f : static_cast<float>(never));
      start.push_back(is_one ? static_cast<float>(log_share(columns[j].shares[at])) : 0.f);
    }
  }
  frequent_mask_ = from_vector(mask, {units, frequent});
  frequent_start_ = from_vector(start, {units, frequent});
  for (const std::size_t j : groups_.words) {
    const Column& column = columns[j];
    const bool ordered = column.kind == ColumnKind::ordered && column.words.size() > 1;
    numbers_ += ordered ? 1 : static_cast<std::int64_t>(column.words.size());
    threshold_places_.push_back(ordered ? thresholds_.size() : none);
    std::vector<float> logs;
    for (const double share : column.shares) logs.push_back(static_cast<float>(log_share(share)));
    word_start_.push_back(from_vector(logs));
    if (!ordered) continue;
    const std::vector<float> first = first_thresholds(column);
    thresholds_.emplace_back(
        Shape{static_cast<std::int64_t>(first.size())},
        nn::ParameterOptions{nn::Start(
            [first](const Shape& shape, Random&, DType) { return from_vector(first, shape); })});
  }
}

ColumnLikelihoods::Parts ColumnLikelihoods::split(const Variable& all) const {
  std::int64_t at = 0;
  const auto next = [&](std::int64_t count) {
    at += count;
    return slice(all, -1, at - count, at);
  };
  const auto matrix = [&](const Variable& x, std::int64_t rows, std::int64_t width) {
    std::vector<std::int64_t> lengths(x.shape().begin(), x.shape().end() - 1);
    lengths.push_back(rows), lengths.push_back(width);
    return reshape(x, Shape(lengths));
  };
  Parts parts;
  const std::int64_t gaussian = length(groups_.gaussian), counts = length(groups_.counts),
                     units = length(groups_.units);
  parts.mean = next(gaussian);
  parts.log_variance = least_log_variance + softplus(next(gaussian) - least_log_variance);
  if (counts > 0) {
    parts.log_mean = clamp(cast(next(counts), DType::float64), -12, 12) + log_counts_;
    parts.log_concentration = clamp(cast(next(counts), DType::float64), -8, 12);
  }
  if (units > 0) {
    const std::int64_t frequent = 1 + groups_.most_frequent;
    parts.frequent =
        matrix(next(units * frequent), units, frequent) + (frequent_mask_ + frequent_start_);
    const auto each = [&] { return matrix(next(units * components), units, components); };
    const Tensor spread = arange(components) - (components - 1) / 2.0;
    parts.mixture.logits = each();
    parts.mixture.location = each() + 0.5 * spread;
    parts.mixture.log_scale = clamp(each() - 1, least_log_scale, most_log_scale);
  }
  for (std::size_t i = 0; i < groups_.words.size(); ++i)
    parts.words.push_back(is_ordered(i) ? next(1) : next(word_start_[i].count()) + word_start_[i]);
  return parts;
}

bool ColumnLikelihoods::is_ordered(std::size_t i) const { return threshold_places_[i] != none; }

Variable ColumnLikelihoods::word_log_probabilities(const Variable& numbers, std::size_t i) const {
  if (!is_ordered(i)) return log_softmax(numbers, -1);
  return nn::Ordinal{squeeze(numbers, -1), increasing(thresholds_[threshold_places_[i]])}
      .log_probabilities();
}

Variable ColumnLikelihoods::log_probability(const Variable& numbers, const Cells& cells) const {
  const Parts parts = split(numbers);
  const std::int64_t k = numbers.size(0), n = numbers.size(1);
  std::vector<Variable> all;  // [K, n, columns of the group] each
  if (!groups_.gaussian.empty())
    all.push_back(
        nn::Gaussian{parts.mean, parts.log_variance}.log_probability(repeated(cells.numbers, k)) +
        cells.log_slopes);
  if (!groups_.counts.empty())
    all.push_back(
        cast(nn::NegativeBinomial{parts.log_mean, parts.log_concentration}.log_probability(
                 repeated(cells.counts, k)),
             numbers.dtype()));
  if (!groups_.units.empty()) {
    const Tensor labels = repeated(cells.frequent, k);
    const Variable itself = nn::Categorical{parts.frequent}.log_probability(labels);
    const Variable rest =
        nn::Categorical{parts.frequent}.log_probability(labels * 0) +
        parts.mixture.log_probability(repeated(cells.upper, k), repeated(cells.widths, k));
    all.push_back(where(labels == 0, rest, logaddexp(itself, rest)));
  }
  for (std::size_t i = 0; i < groups_.words.size(); ++i) {
    const Tensor labels = repeated(cells.words[i], k);
    const Variable found =
        !is_ordered(i)
            ? log_softmax_at(parts.words[i], labels)
            : squeeze(gather(word_log_probabilities(parts.words[i], i), -1, unsqueeze(labels, -1)),
                      -1);
    all.push_back(unsqueeze(found, -1));
  }
  all.push_back(zeros({k, n, 1}, numbers.dtype()));
  return where(repeated(cells.known, k), index_select(cat(all, -1), -1, groups_.places), 0.0);
}

}  // namespace ebb::models
