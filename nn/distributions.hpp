// Distributions as values: how probable is x, and what may be drawn?
#pragma once

#include <autograd/tape.hpp>

namespace ebb {
struct Random;

namespace nn {

inline constexpr double log_of_two_pi = 1.8378770664093454836;

// In all of them: log_probability is in nats, for each element of x, and sample's numbers are
// constants or, where that is said, let gradients through to the parameters. Parameters and x never
// broadcast: shapes that differ are a ShapeError. Sum over an example with per_example.

// A normal distribution per element, with variance e^log_variance.
struct [[nodiscard]] Gaussian {
  Variable mean, log_variance;

  // mean + e^(log_variance / 2) ε with ε from N(0, 1): lets gradients through. (Kingma and Welling,
  // "Auto-Encoding Variational Bayes", ICLR 2014.)
  Variable sample(Random& noise) const;
  Variable log_probability(const Variable& x) const;  // -½ (log 2π + v + (x - m)² e^-v)
  // KL(this || N(0, 1)) per element: ½ (m² + e^v - 1 - v).
  Variable divergence() const;
  // KL(this || prior) per element; exactly 0 where both are equal, however narrow they are. Where
  // the means are equal and the prior's variance is below e^-350, the second derivative by the mean
  // is that at e^-350.
  Variable divergence(const Gaussian& prior) const;
};

// Zeros and ones, with the probability sigmoid(logits) of a one.
struct [[nodiscard]] Bernoulli {
  Variable logits;

  Variable mean() const;               // sigmoid(logits)
  Tensor sample(Random& noise) const;  // 0 or 1 in the dtype of logits
  // x t - log(1 + e^x) of logits x. Gray targets t in [0, 1] give minus the cross entropy, which is
  // no probability. Throws Error for a target that is NaN or not in [0, 1], as pixels up to 255
  // are.
  Variable log_probability(const Variable& target) const;
  Variable divergence(const Bernoulli& prior) const;  // KL(this || prior) per element
};

// One of the classes 0 … c - 1, with probabilities softmax(logits) along the last axis.
struct [[nodiscard]] Categorical {
  Variable logits;  // [..., c]

  Tensor sample(Random& noise) const;                    // [...], int32
  Variable log_probability(const Tensor& labels) const;  // int32 [...] to [...]
  Variable divergence(const Categorical& prior) const;   // KL(this || prior), [..., c] to [...]
};

// The sum over all axes but the first: [n, ...] to [n]. Where there is a mask of t's shape, over
// those elements alone where it is not 0. Throws ShapeError for a scalar, and a mask of another
// shape.
Variable per_example(const Variable& t, const Tensor& mask = {});

// log(1/K Σ w_k): the importance-weighted bound of log p(x), from log w_k = log p(x, z_k) - log
// q(z_k|x), [K, n] to [n]. It grows with K. Throws ShapeError for other ranks and for K = 0.
// (Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016.)
Variable importance_bound(const Variable& log_weights);

}  // namespace nn
}  // namespace ebb
