#include <autograd/anomaly.hpp>
#include <cmath>
#include <models/mixture_density.hpp>
#include <models/triangular.hpp>
#include <nn/distributions.hpp>
#include <nn/start.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/sort.hpp>
#include <tensor/views.hpp>

namespace ebb::models {
namespace {

constexpr double ridge = 1e-3, least_variance = 1e-12;

Tensor stacked_identities(const Shape& shape, Random&, DType dtype) {
  return clone(expand(eye(shape[1], dtype), shape));
}

}  // namespace

MixtureDensity::MixtureDensity(std::int64_t components, std::int64_t width)
    : log_weights({components}, {nn::constant(-std::log(static_cast<double>(components)))}),
      means({components, width}),
      factors({components, width, width}, {stacked_identities}) {}
// log w_k + log N(x; m_k, Σ_k), [n, K]: Σ^-1 = L^-T L^-1, and log |Σ| = 2 Σ log L_jj.
static Tensor joint(const Tensor& x, const Tensor& log_weights, const Tensor& means,
                    const Tensor& factors) {
  std::vector<Tensor> each;
  const auto d = x.size(1);
  for (std::int64_t k = 0; k < means.size(0); ++k) {
    const Tensor whitened = matmul(x - means[k], transpose(lower_inverse(factors[k])));
    const Tensor half = sum(eye(d, x.dtype()) * log(maximum(factors[k], 1e-300)));  // of log |Σ|
    each.push_back(log_weights[k] - half - 0.5 * nn::log_of_two_pi * static_cast<double>(d) -
                   0.5 * sum(square(whitened), 1));
  }
  return stack(each, 1);
}

double MixtureDensity::fit(const Tensor& points, Random& noise) {
  const std::int64_t count = means.shape()[0], d = means.shape()[1];
  if (points.rank() != 2 || points.size(1) != d)
    throw ShapeError(text("mixture_density: points ", points.shape(), " must be [n, ", d, "]"));
  const std::int64_t n = points.size(0);
  if (n < std::max<std::int64_t>(2, count) || !is_finite(points))
    throw Error(text("mixture_density: ", n, " points for ", count,
                     " components; there must be as many, at least 2, all of them finite"));
  const Tensor x = cast(points, DType::float64), centered = x - mean(x, 0, true);
  const Tensor total = matmul(transpose(centered), centered) / static_cast<double>(n);
  const Tensor floor = (ridge * mean(square(centered)) + least_variance) * eye(d, DType::float64);
  const Tensor some = slice(argsort(rand({n}, noise)), 0, 0, count);
  Tensor weights = full({count}, -std::log(static_cast<double>(count)), DType::float64);
  Tensor middles = index_select(x, 0, some);
  Tensor roots = clone(expand(cholesky(total + floor), {count, d, d}));
  double before = -HUGE_VAL, now = 0;
  for (int step = 0;; ++step, before = now) {
    const Tensor log_p = joint(x, weights, middles, roots), evidence = logsumexp(log_p, 1, true);
    now = mean(evidence).item();
    if (now - before < 1e-3 || step == 50) break;
    const Tensor share = exp(log_p - evidence), sizes = sum(share, 0) + 1e-9;  // [n, K], [K]
    weights = log(sizes / static_cast<double>(n));
    middles = matmul(transpose(share), x) / unsqueeze(sizes, 1);
    std::vector<Tensor> all;
    for (std::int64_t k = 0; k < count; ++k) {
      const Tensor apart = x - middles[k], weighted = slice(share, 1, k, k + 1) * apart;
      all.push_back(cholesky(matmul(transpose(weighted), apart) / sizes[k] + floor));
    }
    roots = stack(all);
  }
  log_weights.set(cast(weights, log_weights.dtype())), means.set(cast(middles, means.dtype()));
  factors.set(cast(roots, factors.dtype()));
  return now;
}

bool MixtureDensity::is_fitted() const { return any(means.value() != 0).item() != 0; }

Tensor MixtureDensity::log_probability(const Tensor& points) const {
  const auto wide = [](const nn::Buffer& b) { return cast(b.value(), DType::float64); };
  const Tensor x = cast(points, DType::float64);
  return cast(logsumexp(joint(x, wide(log_weights), wide(means), wide(factors)), 1),
              points.dtype());
}

Tensor MixtureDensity::sample(std::int64_t n, Random& noise, double temperature) const {
  const std::int64_t count = means.shape()[0], d = means.shape()[1];
  const Tensor chosen = nn::Categorical{expand(log_weights.value(), {n, count})}.sample(noise);
  const Tensor epsilon = temperature * randn({n, d}, noise, means.dtype());
  Tensor z = index_select(means.value(), 0, chosen);
  for (std::int64_t k = 0; k < count; ++k)
    z = z + where(unsqueeze(chosen == k, 1), matmul(epsilon, transpose(factors.value()[k])), 0);
  return z;
}

}  // namespace ebb::models
