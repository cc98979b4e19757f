// Distributions of gray pixels in [0, 1], elements alike: what a decoder's numbers say about x.
// They follow the rules of nn/distributions.hpp, where Gaussian and Bernoulli stand.
#pragma once

#include <autograd/tape.hpp>

namespace ebb {
struct Random;

namespace nn {

// A logistic distribution cut at the middle between neighboring values 0, 1/(n - 1), … 1, of which
// the outermost take all that lies beyond: with σ the sigmoid and h half a step,
//     P(x) = σ((x + h - location) / s) - σ((x - h - location) / s),  s = e^log_scale.
// (Salimans et al., "PixelCNN++", ICLR 2017.)
struct [[nodiscard]] DiscretizedLogistic {
  Variable location, log_scale;
  std::int64_t values = 256;  // n

  Variable mean() const;               // as of a continuum of values: within half a step
  Tensor sample(Random& noise) const;  // one of the values
  // Throws Error for an x that is NaN or not in [0, 1].
  Variable log_probability(const Variable& x) const;
};

// The number of successes of n - 1 throws of a coin with a probability from Beta(α, β), divided by
// n - 1: P(k) = C(n-1, k) B(k + α, n - 1 - k + β) / B(α, β), α = e^log_alpha, β = e^log_beta. In
// float32 log p of 256 values is right to 0.0005 nats up to α and β of e^8, to 0.0007 up to e^12.
struct [[nodiscard]] BetaBinomial {
  Variable log_alpha, log_beta;
  std::int64_t values = 256;  // n

  Variable mean() const;               // α / (α + β)
  Tensor sample(Random& noise) const;  // one of the values; computes n numbers for each
  // An x between two values is that which is nearer. Throws Error for an x that is NaN or not in
  // [0, 1].
  Variable log_probability(const Variable& x) const;
};

// The density λ^x (1 - λ)^(1 - x) C(λ) on [0, 1], λ = sigmoid(logits). (Loaiza-Ganem and
// Cunningham, "The continuous Bernoulli", NeurIPS 2019.)
struct [[nodiscard]] ContinuousBernoulli {
  Variable logits;

  Variable mean() const;
  Tensor sample(Random& noise) const;
  // The logarithm of a density: it may be positive. Throws Error for an x that is NaN or not in
  // [0, 1].
  Variable log_probability(const Variable& x) const;
};

}  // namespace nn
}  // namespace ebb
