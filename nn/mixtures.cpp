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

void require_shapes(const GaussianMixture& p) {
  detail::require_alike("gaussian_mixture", "mean", p.mean, "log_variance", p.log_variance);
  if (p.mean.rank() != 2 || p.logits.shape() != Shape{p.mean.size(0)})
    throw ShapeError(text("gaussian_mixture: logits ", p.logits.shape(), " do not fit mean ",
                          p.mean.shape(), "; they must be [K] and [K, d]"));
}

}  // namespace

// Σ_j (z_j - m_kj)² / v_kj = z² · (1/v)ᵀ - 2 z · (m/v)ᵀ + Σ_j m² / v.
Variable GaussianMixture::log_probability(const Variable& z) const {
  require_shapes(*this);
  if (z.rank() != 2 || z.size(1) != mean.size(1))
    throw ShapeError(text("gaussian_mixture: z ", z.shape(), " does not fit mean ", mean.shape(),
                          "; it must be [n, ", mean.size(1), "]"));
  const Variable precision = exp(-log_variance), scaled = mean * precision;
  const Variable squares = matmul(square(z), transpose(precision)) -
                           2 * matmul(z, transpose(scaled)) + sum(mean * scaled, 1);
  const double constant = log_of_two_pi * static_cast<double>(mean.size(1));
  const Variable log_weight = log_softmax(logits, 0) - 0.5 * (constant + sum(log_variance, 1));
  return logsumexp(log_weight - 0.5 * squares, 1);
}

Tensor GaussianMixture::sample(std::int64_t n, Random& noise, double temperature) const {
  require_shapes(*this);
  const Tensor& weights = logits.value();
  const Tensor chosen = Categorical{expand(weights, {n, weights.size(0)})}.sample(noise);  // [n]
  const Tensor middle = index_select(mean.value(), 0, chosen);
  const Tensor scale = exp(0.5 * index_select(log_variance.value(), 0, chosen));
  return middle + temperature * scale * randn(middle.shape(), noise, middle.dtype());
}

}  // namespace ebb::nn
