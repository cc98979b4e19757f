#include <algorithm>
#include <cmath>
#include <models/tables/column_likelihoods.hpp>
#include <models/tables/factors.hpp>
#include <tensor/makers.hpp>

namespace ebb::models {

using nn::Column;

namespace {

constexpr double least_share = 0.05;  // steeper slopes are those of too few rows

// Rows of the last layer, in the order in which likelihoods take their numbers.
struct Last {
  std::vector<double> weight, bias;

  void add(const std::vector<double>& loadings, double slope, double at) {
    for (const double each : loadings) weight.push_back(slope * each);
    bias.push_back(at);
  }
};

struct Plain {
  explicit Plain(const Factors& f)
      : k(static_cast<std::size_t>(f.loadings.size(1))),
        loadings(f.loadings.to_vector<double>()),
        mean(f.mean.to_vector<double>()),
        noise(f.noise.to_vector<double>()) {}
  std::vector<double> of(std::size_t j) const {
    const auto first = loadings.begin() + static_cast<std::ptrdiff_t>(j * k);
    return {first, first + static_cast<std::ptrdiff_t>(k)};
  }
  std::size_t k;
  std::vector<double> loadings, mean, noise;
};

// A mixture of `components` that is as wide as one logistic distribution where its scale is e^-1.
double apart_in_mixture(std::size_t m) {
  return 0.5 * (static_cast<double>(m) - (ColumnLikelihoods::components - 1) / 2.0);
}

// What the logits of words begin with: the slopes of their probabilities by these.
void add_words(Last& last, const Plain& plain, const Column& column, std::size_t first) {
  std::vector<double> others(plain.k);
  for (std::size_t w = 1; w < column.words.size(); ++w)
    for (std::size_t i = 0; i < plain.k; ++i) others[i] -= plain.of(first + w)[i];
  for (std::size_t w = 0; w < column.words.size(); ++w)
    last.add(w == 0 ? others : plain.of(first + w), 1 / std::max(column.shares[w], least_share), 0);
}

// The place on the line: what is expected of the rank, in deviations of a logistic distribution.
void add_rank(Last& last, const Plain& plain, const Column& column, std::size_t first) {
  std::vector<double> rank(plain.k);
  double mean = 0, squares = 0;
  for (std::size_t w = 1; w < column.words.size(); ++w) {
    const double place = static_cast<double>(w);
    mean += column.shares[w] * place, squares += column.shares[w] * place * place;
    for (std::size_t i = 0; i < plain.k; ++i) rank[i] += place * plain.of(first + w)[i];
  }
  last.add(rank, 1.8 / std::sqrt(std::max(squares - mean * mean, least_share)), 0);
}

}  // namespace

// Words, counts and frequent numbers tell less about z than a Gaussian cell of small noise would.
Tensor ColumnLikelihoods::least_noise() const {
  std::vector<double> least(static_cast<std::size_t>(groups_.features), 1);
  for (std::size_t j = 0; j < groups_.columns.size(); ++j) {
    const Column& column = groups_.columns[j];
    if (column.seen == 0) continue;
    const std::size_t wide = column.has_words() ? column.words.size() : 1;
    double part = 1e-3;  // of the variance of the scaled number, which is 1
    if (column.has_words()) {
      for (std::size_t w = 0; w < wide; ++w)
        least[groups_.first_features[j] + w] =
            0.7 * std::max(column.shares[w] * (1 - column.shares[w]), 1e-3);
      continue;
    }
    if (column.unit > 0 && !column.shares.empty())
      part = std::max(part, *std::max_element(column.shares.begin(), column.shares.end()));
    else if (column.unit == 0 && column.kind == nn::ColumnKind::count)
      part = std::clamp(column.mean / std::pow(column.deviation, 2), 0.1, 1.0);
    std::fill_n(least.begin() + static_cast<std::ptrdiff_t>(groups_.first_features[j]), wide, part);
  }
  return from_vector(least);
}

ColumnLikelihoods::Linear ColumnLikelihoods::linear(const Factors& factors) const {
  const Plain plain(factors);
  const auto& columns = groups_.columns;
  const auto at = [&](std::size_t j) { return groups_.first_features[j]; };
  const auto log_noise = [&](std::size_t j) { return std::log(plain.noise[at(j)]); };
  const std::vector<double> none(plain.k);
  Last last{{}, {}};
  for (const std::size_t j : groups_.gaussian) last.add(plain.of(at(j)), 1, plain.mean[at(j)]);
  for (const std::size_t j : groups_.gaussian) last.add(none, 0, log_noise(j));
  for (const std::size_t j : groups_.counts)
    last.add(plain.of(at(j)), std::min(1.0, columns[j].deviation / (columns[j].mean + 0.1)), 0);
  for (const std::size_t j : groups_.counts) {  // whose variance is mean + mean² / concentration
    const double mean = std::max(columns[j].mean, 0.1),
                 rest = std::exp(log_noise(j)) * std::pow(columns[j].deviation, 2) - mean;
    last.add(none, 0, std::log(std::clamp(mean * mean / std::max(rest, 1e-3), 0.05, 100.0)));
  }
  const auto units = groups_.units.size(),
             frequent = static_cast<std::size_t>(1 + groups_.most_frequent),
             parts = static_cast<std::size_t>(components);
  for (std::size_t i = 0; i < units * (frequent + parts); ++i) last.add(none, 0, 0);
  for (const std::size_t j : groups_.units)
    for (std::size_t m = 0; m < parts; ++m)
      last.add(plain.of(at(j)), 1,
               plain.mean[at(j)] + (std::sqrt(plain.noise[at(j)]) - 1) * apart_in_mixture(m));
  for (const std::size_t j : groups_.units)
    for (std::size_t m = 0; m < parts; ++m) last.add(none, 0, 0.5 * log_noise(j));
  for (std::size_t i = 0; i < groups_.words.size(); ++i) {
    const Column& column = columns[groups_.words[i]];
    (is_ordered(i) ? add_rank : add_words)(last, plain, column, at(groups_.words[i]));
  }
  return {from_vector(last.weight, {numbers_, static_cast<std::int64_t>(plain.k)}),
          from_vector(last.bias)};
}

}  // namespace ebb::models
