// Distributions of numbers that are no pixels, as tables hold them: counts, steps, intervals.
// They follow the rules of nn/distributions.hpp.
#pragma once

#include <autograd/tape.hpp>

namespace ebb {
struct Random;

namespace nn {

// Counts 0, 1, 2, … with mean μ = e^log_mean and variance μ + μ² / r, r = e^log_concentration:
//     P(k) = Γ(k + r) / (k! Γ(r)) (r / (r + μ))^r (μ / (r + μ))^k,
// a Poisson distribution where r is large.
struct [[nodiscard]] NegativeBinomial {
  Variable log_mean, log_concentration;

  Variable mean() const;
  Tensor sample(Random& noise) const;  // takes many numbers for each
  // Throws Error for an x that is no count.
  Variable log_probability(const Variable& x) const;
};

// Words in an order, c of them, between thresholds on a line: with σ the sigmoid,
//     P(k) = σ(t_{k+1} - location) - σ(t_k - location),  t_0 = -∞, t_c = ∞.
// (McCullagh, "Regression models for ordinal data", JRSS B 1980.)
struct [[nodiscard]] Ordinal {
  Variable location;    // [...]
  Variable thresholds;  // [c - 1], each above the one before; c >= 2

  Variable log_probabilities() const;  // [..., c]
};

// Σ_m softmax(logits)_m of logistic distributions with the scales e^log_scale.
struct [[nodiscard]] LogisticMixture {
  Variable logits, location, log_scale;  // [..., M]

  // What lies between lower and upper, both [...], lower < upper.
  Variable log_probability(const Tensor& lower, const Tensor& upper) const;
  Tensor sample(Random& noise) const;  // [...]
};

}  // namespace nn
}  // namespace ebb
