#include <algorithm>
#include <models/tables/factors.hpp>
#include <models/triangular.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>
#include <vector>

namespace ebb::models {

namespace {

using Numbers = std::vector<double>;

struct Plain {
  explicit Plain(const Factors& factors)
      : k(static_cast<std::size_t>(factors.loadings.size(1))),
        loadings(factors.loadings.to_vector<double>()),
        by_noise((factors.loadings / unsqueeze(factors.noise, -1)).to_vector<double>()),
        mean(factors.mean.to_vector<double>()) {}

  std::vector<std::size_t> known_in(const double* known) const {
    std::vector<std::size_t> at;
    for (std::size_t j = 0; j < mean.size(); ++j)
      if (known[j] != 0) at.push_back(j);
    return at;
  }

  // Of Λ = L Lᵀ, the precision given these columns, the inverse is L⁻ᵀ L⁻¹.
  Numbers root(const std::vector<std::size_t>& at) const {
    Numbers precision(k * k);
    for (std::size_t i = 0; i < k; ++i) precision[i * k + i] = 1;
    for (const std::size_t j : at)
      for (std::size_t i = 0; i < k; ++i)
        for (std::size_t l = 0; l <= i; ++l)
          precision[i * k + l] += by_noise[j * k + i] * loadings[j * k + l];
    const auto side = static_cast<std::int64_t>(k);
    return transpose(lower_inverse(cholesky(from_vector(precision, {side, side}))))
        .to_vector<double>();
  }

  void put_mean(const std::vector<std::size_t>& at, const double* row, const Numbers& root,
                double* z) const {
    Numbers sums(k), half(k);
    for (const std::size_t j : at)
      for (std::size_t i = 0; i < k; ++i) sums[i] += by_noise[j * k + i] * (row[j] - mean[j]);
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t l = i; l < k; ++l) half[l] += root[i * k + l] * sums[i];
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t l = i; l < k; ++l) z[i] += root[i * k + l] * half[l];
  }

  std::size_t k;
  Numbers loadings, by_noise, mean;
};

}  // namespace

FactorPosterior posterior(const Factors& factors, const Tensor& rows, const Tensor& known) {
  const Plain plain(factors);
  const Numbers x = cast(rows, DType::float64).to_vector<double>(),
                mask = cast(known, DType::float64).to_vector<double>();
  const std::int64_t n = rows.size(0), k = factors.loadings.size(1);
  const std::size_t d = plain.mean.size();
  Numbers means(static_cast<std::size_t>(n * k)), roots(static_cast<std::size_t>(n * k * k));
  parallel_for(n, 16, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::size_t> last = {d};  // rows that know the same columns share a root
    Numbers shared;
    for (std::int64_t i = begin; i < end; ++i) {
      const std::size_t first = static_cast<std::size_t>(i) * d;
      std::vector<std::size_t> at = plain.known_in(&mask[first]);
      if (at != last) shared = plain.root(at), last = std::move(at);
      plain.put_mean(last, &x[first], shared, means.data() + i * k);
      std::copy(shared.begin(), shared.end(), roots.begin() + i * k * k);
    }
  });
  return {from_vector(means, {n, k}), from_vector(roots, {n, k, k})};
}

}  // namespace ebb::models
