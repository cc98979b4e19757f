#include <models/tables/factors.hpp>
#include <models/triangular.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>

namespace ebb::models {

namespace {

constexpr double least_noise = 1e-3, least_variance = 1e-9;
constexpr int iterations = 100;

// E[(z, 1)] and E[(z, 1) (z, 1)ᵀ] of each row, [n, q] and [n, q, q].
struct Moments {
  explicit Moments(const FactorPosterior& p) {
    const std::int64_t n = p.mean.size(0), k = p.mean.size(1);
    first = cat({p.mean, ones({n, 1}, DType::float64)}, 1);
    const Tensor root = cat({p.root, zeros({n, 1, k}, DType::float64)}, 1);
    second = matmul(root, transpose(root)) + unsqueeze(first, 2) * unsqueeze(first, 1);
  }
  Tensor first, second;
};

// Each column regressed on what is thought of z.
Factors regressed(const Factors& last, const Tensor& x, const Tensor& known, const Moments& z) {
  const std::int64_t n = x.size(0), d = x.size(1), q = z.first.size(1);
  const Tensor all = matmul(transpose(known), reshape(z.second, {n, q * q})),
               across = matmul(transpose(known * x), z.first), count = sum(known, 0),
               length = sum(known * square(x), 0);
  // The prior of the loadings; the mean has none.
  const Tensor prior = cat({ones({q - 1}, DType::float64), zeros({1}, DType::float64)});
  std::vector<Tensor> rows, noise;
  for (std::int64_t j = 0; j < d; ++j) {
    const auto of = [&](const Tensor& t) { return slice(t, 0, j, j + 1); };
    const Tensor squares = reshape(of(all), {q, q}), sums = of(across);  // [q, q], [1, q]
    const Tensor ridge = of(last.noise) * prior + 1e-9;
    const Tensor inverse =
        lower_inverse(cholesky(squares + eye(q, DType::float64) * unsqueeze(ridge, 0)));
    rows.push_back(matmul(matmul(sums, transpose(inverse)), inverse));
    const Tensor& w = rows.back();
    const Tensor rest = of(length) - sum(w * (2.0 * sums - matmul(w, squares)), 1);
    noise.push_back(maximum(rest / maximum(of(count), 1.0), least_noise));
  }
  const Tensor w = cat(rows);
  return {slice(w, 1, 0, q - 1), squeeze(slice(w, 1, q - 1), 1), cat(noise)};
}

}  // namespace

Factors fit_factors(const Tensor& rows, const Tensor& known, std::int64_t factors, Random& random) {
  const Tensor mask = cast(known, DType::float64), x = cast(rows, DType::float64);
  const Tensor count = maximum(sum(mask, 0), 1.0);
  const Tensor middle = sum(mask * x, 0) / count;
  const Tensor variance = sum(mask * square(x - middle), 0) / count;
  const Tensor varies = variance > least_variance, scale = sqrt(where(varies, variance, 1.0));
  const Tensor scaled = mask * ((x - middle) / scale), used = mask * cast(varies, DType::float64);
  const std::int64_t d = x.size(1);
  Factors found = {0.1 * randn({d, factors}, random, DType::float64), zeros({d}, DType::float64),
                   ones({d}, DType::float64)};
  for (int i = 0; i < iterations; ++i)
    found = regressed(found, scaled, used, Moments(posterior(found, scaled, used)));
  const Tensor size = where(varies, scale, 0.0);
  return {found.loadings * unsqueeze(size, 1), middle + found.mean * size,
          where(varies, found.noise * square(scale), 1.0)};
}

}  // namespace ebb::models
