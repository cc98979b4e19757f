#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <nn/distributions.hpp>
#include <nn/mixtures.hpp>
#include <nn/reduced.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {

namespace {

constexpr double log_of_two_pi = 1.8378770664093454836;

}  // namespace

// Σ_j (z_j - m_kj)² / v_kj = z² · (1/v)ᵀ - 2 z · (m/v)ᵀ + Σ_j m² / v.
Variable GaussianMixture::log_probability(const Variable& z) const {
  detail::require_alike("gaussian_mixture", "mean", mean, "log_variance", log_variance);
  if (z.rank() != 2 || mean.rank() != 2 || z.size(1) != mean.size(1))
    throw ShapeError(text("gaussian_mixture: z ", z.shape(), " does not fit mean ", mean.shape(),
                          "; it must be [n, ", mean.shape().back(), "]"));
  const Variable precision = exp(-log_variance), scaled = mean * precision;
  const Variable squares = matmul(square(z), transpose(precision)) -
                           2 * matmul(z, transpose(scaled)) + sum(mean * scaled, 1);
  const double constant = log_of_two_pi * static_cast<double>(mean.size(1));
  const Variable log_weight = log_softmax(logits, 0) - 0.5 * (constant + sum(log_variance, 1));
  return logsumexp(log_weight - 0.5 * squares, 1);
}

Tensor GaussianMixture::sample(std::int64_t n, Random& noise, double temperature) const {
  const Tensor& weights = logits.value();
  const Tensor chosen = Categorical{expand(weights, {n, weights.size(0)})}.sample(noise);  // [n]
  const Tensor middle = index_select(mean.value(), 0, chosen);
  const Tensor scale = exp(0.5 * index_select(log_variance.value(), 0, chosen));
  return middle + temperature * scale * randn(middle.shape(), noise, middle.dtype());
}

}  // namespace ebb::nn
