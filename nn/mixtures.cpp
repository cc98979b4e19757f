#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
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

constexpr std::int64_t at_once = 1 << 21;  // differences in memory at a time

void require_shapes(const GaussianMixture& p) {
  detail::require_alike("gaussian_mixture", "mean", p.mean, "log_variance", p.log_variance);
  if (p.mean.rank() != 2 || p.logits.shape() != Shape{p.mean.size(0)})
    throw ShapeError(text("gaussian_mixture: logits ", p.logits.shape(), " do not fit mean ",
                          p.mean.shape(), "; they must be [K] and [K, d]"));
}

}  // namespace

// By differences z - m_k: squares by products of matrices, z² - 2 z m + m², would lose their digits
// where variances are small, and a model that learns finds that out.
Variable GaussianMixture::log_probability(const Variable& z) const {
  require_shapes(*this);
  if (z.rank() != 2 || z.size(1) != mean.size(1))
    throw ShapeError(text("gaussian_mixture: z ", z.shape(), " does not fit mean ", mean.shape(),
                          "; it must be [n, ", mean.size(1), "]"));
  const Variable scale = exp(-0.5 * log_variance);
  const double constant = log_of_two_pi * static_cast<double>(mean.size(1));
  const Variable log_weight = log_softmax(logits, 0) - 0.5 * (constant + sum(log_variance, 1));
  const std::int64_t rows =
      std::max<std::int64_t>(1, at_once / std::max<std::int64_t>(1, mean.count()));
  std::vector<Variable> parts;
  for (std::int64_t from = 0; from < z.size(0) || parts.empty(); from += rows) {
    const Variable apart = unsqueeze(slice(z, 0, from, from + rows), 1) - mean;  // [rows, K, d]
    parts.push_back(logsumexp(log_weight - 0.5 * sum(square(apart * scale), 2), 1));
  }
  return parts.size() == 1 ? parts.front() : cat(parts);
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
