#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/tables/row_posterior.hpp>
#include <nn/start.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

namespace {

// root x of each row: [n, latent, K] of that.
Variable turned(const Tensor& root, const Variable& x) { return matmul(root, x); }

}  // namespace

FactorCoder::FactorCoder(std::int64_t features, std::int64_t latent)
    : loadings_({features, latent}),
      mean_({features}),
      noise_({features}, {.start = nn::constant(1)}) {}

void FactorCoder::set(const Factors& factors) {
  const Tensor& w = factors.loadings;
  const std::int64_t rest = loadings_.shape()[1] - w.size(1);
  loadings_.set(cat({w, zeros({w.size(0), rest}, w.dtype())}, 1));
  mean_.set(factors.mean), noise_.set(factors.noise);
}

FactorPosterior FactorCoder::operator()(const Tensor& features, const Tensor& known) const {
  const auto wide = [](const nn::Buffer& x) { return cast(x.value(), DType::float64); };
  const FactorPosterior found =
      posterior({wide(loadings_), wide(mean_), wide(noise_)}, features, known);
  return {cast(found.mean, features.dtype()), cast(found.root, features.dtype())};
}

Variable RowPosterior::mean() const {
  return linear.mean + squeeze(turned(linear.root, unsqueeze(u.mean, -1)), -1);
}

Variable RowPosterior::variance() const {
  return squeeze(turned(square(linear.root), unsqueeze(exp(u.log_variance), -1)), -1);
}

Variable RowPosterior::log_variance() const { return log(variance()); }

Variable RowPosterior::log_scales() const {
  const Tensor diagonal = sum(linear.root * eye(linear.root.size(1), linear.root.dtype()), -1);
  return 0.5 * u.log_variance + log(diagonal);
}

Variable RowPosterior::divergence() const {
  return 0.5 * (variance() + square(mean()) - 1.0) - log_scales();
}

Variable RowPosterior::sample(Random& noise) const { return squeeze(draw(1, noise).z, 0); }

RowPosterior::Draws RowPosterior::draw(std::int64_t count, Random& noise) const {
  const std::int64_t n = u.mean.size(0), d = u.mean.size(1);
  const Tensor epsilon = randn({n, d, count}, noise, u.mean.value().dtype());
  const Variable drawn = unsqueeze(u.mean, -1) + unsqueeze(exp(0.5 * u.log_variance), -1) * epsilon;
  const Variable z = unsqueeze(linear.mean, -1) + turned(linear.root, drawn);  // [n, d, K]
  // The terms log 2π of both cancel.
  const Variable ratio =
      0.5 * sum(square(epsilon) - square(z), 1) + unsqueeze(sum(log_scales(), -1), -1);
  return {permute(z, {2, 0, 1}), transpose(ratio)};
}

}  // namespace ebb::models
