// What a decoder's numbers say about the cells of a row: a distribution for each column.
#pragma once

#include <models/tables/cells.hpp>
#include <nn/module.hpp>
#include <nn/number_likelihoods.hpp>

namespace ebb {
struct Random;
}

namespace ebb::models {

struct Factors;

// By the kind of a column: real and positive numbers are Gaussian, their logarithms if positive,
// with a mean and a variance; counts are negative binomial; words have a probability each, those
// in an order by thresholds on a line. Multiples of a unit are discretized: with some probability
// one of the numbers that come up again and again, else from a mixture of logistic distributions.
// (Nazábal et al., "Handling incomplete heterogeneous data using VAEs", 2020.)
class ColumnLikelihoods final : public nn::Module {
 public:
  explicit ColumnLikelihoods(const nn::TableExample& table);

  std::int64_t numbers() const { return numbers_; }  // that a row takes of a decoder
  // [K, n, numbers] to [K, n, columns], in nats; 0 where a cell is not known. A density of real and
  // positive numbers, in their units, else a probability.
  Variable log_probability(const Variable& numbers, const Cells& cells) const;
  // [n, numbers] to rows [n, columns], float64.
  Tensor sample(const Variable& numbers, Random& noise) const;

  // What can be averaged over codes, [n, moments]: of a number its mean, of words a probability
  // each; and the best guess from that, [n, columns]: the mean, as its column holds numbers; the
  // most probable word.
  Tensor moments(const Variable& numbers) const;
  Tensor guess(const Tensor& moments) const;

  // A last layer, x Wᵀ + b of codes x, that says of cells what factors of their features say, as
  // nearly as its distributions can: W [numbers, latent] and b, float64.
  struct Linear {
    Tensor weight, bias;
  };
  Linear linear(const Factors& factors) const;
  // [features], float64: the least variance of noise that each gets in the factor analysis.
  Tensor least_noise() const;

  static constexpr std::int64_t components = 5;  // of a mixture

  const ColumnGroups& groups() const { return groups_; }
  void visit(nn::Visitor& v) override { v("thresholds", thresholds_); }

 private:
  // The numbers of each group.
  struct Parts {
    Variable mean, log_variance;           // [..., gaussian]
    Variable log_mean, log_concentration;  // [..., counts], float64
    Variable frequent;                     // [..., units, 1 + frequent]
    nn::LogisticMixture mixture;           // [..., units, components]
    std::vector<Variable> words;  // [..., words of the column], or [..., 1] of ordered ones
  };
  Parts split(const Variable& numbers) const;
  bool is_ordered(std::size_t group_place) const;
  Variable word_log_probabilities(const Variable& numbers, std::size_t group_place) const;

  ColumnGroups groups_;
  std::int64_t numbers_ = 0;
  std::vector<nn::Parameter> thresholds_;      // of ordered words, one vector each
  std::vector<std::size_t> threshold_places_;  // for each group of words: which, or none
  Tensor log_counts_;                          // [counts]: of their means
  Tensor frequent_mask_;            // [units, 1 + frequent]: 0, or -1e9 where there is none
  Tensor frequent_start_;           // the same shape: logarithms of their shares
  std::vector<Tensor> word_start_;  // logarithms of the shares of words
};

}  // namespace ebb::models
