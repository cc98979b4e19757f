// A mixture of Gaussians as a distribution of vectors.
#pragma once

#include <autograd/tape.hpp>

namespace ebb {
struct Random;

namespace nn {

// p(z) = Σ_k softmax(logits)_k Π_j N(z_j; mean_kj, e^log_variance_kj): of vectors, whose elements
// depend on each other through k.
struct [[nodiscard]] GaussianMixture {
  Variable logits, mean, log_variance;  // [K], [K, d], [K, d]

  // In nats, of z [n, d], [n].
  Variable log_probability(const Variable& z) const;
  // [n, d] constants; a temperature below 1 keeps closer to the means.
  Tensor sample(std::int64_t n, Random& noise, double temperature = 1) const;
};

}  // namespace nn
}  // namespace ebb
