// Distributions of numbers that are no pixels, as tables hold them: counts, steps, intervals.
// They follow the rules of nn/distributions.hpp.
#pragma once

#include <autograd/tape.hpp>

namespace ebb {
struct Random;

namespace nn {

// Counts 0, 1, 2, … with mean μ = e^log_mean and variance μ + μ² / r, r = e^log_concentration:
//     P(k) = Γ(k + r) / (k! Γ(r)) (r / (r + μ))^r (μ / (r + μ))^k,
// a Poisson distribution where r is large: e^20 stands for all that is larger. Computed in float64,
// whose digits the gamma functions of large numbers need.
struct [[nodiscard]] NegativeBinomial {
  Variable log_mean, log_concentration;

  Variable mean() const;
  // Takes many numbers for each. Poisson rates above 200 become rounded normal numbers.
  Tensor sample(Random& noise) const;
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

  // What lies between upper - width and upper, both [...], width > 0. The width comes by itself,
  // for the difference of two ends far from 0 would lose it. Throws ShapeError unless both have the
  // shape of logits without the last axis.
  Variable log_probability(const Tensor& upper, const Tensor& width) const;
  Tensor sample(Random& noise) const;  // [...]
};

}  // namespace nn
}  // namespace ebb
