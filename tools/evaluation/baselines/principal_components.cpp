#include <cmath>
#include <nn/distributions.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/baselines/principal_components.hpp>
#include <tools/evaluation/measures/eigenvalues.hpp>

namespace ebb::tools {

namespace {

// E (v · (x - mean))² of rows with these moments, for each component v: [d].
Tensor squares_along(const PrincipalComponents& pca, const Moments& data) {
  const Tensor apart = matmul(pca.components, data.mean - pca.mean);
  return sum(matmul(pca.components, data.covariance) * pca.components, 1) + square(apart);
}

// The variances of p(x) along the components: [d].
Tensor model_variances(const PrincipalComponents& pca, std::int64_t k) {
  const std::int64_t rest = pca.variances.size(0) - k;
  return cat({slice(pca.variances, 0, 0, k), full({rest}, noise_variance(pca, k), DType::float64)});
}

}  // namespace

PrincipalComponents principal_components(const Moments& train) {
  const SymmetricEigen eigen = symmetric_eigen(train.covariance);
  return {train.mean, eigen.vectors, maximum(eigen.values, 0)};  // rounding may leave less than 0
}

Tensor first_components(const PrincipalComponents& pca, std::int64_t k) {
  return slice(pca.components, 0, 0, k);
}

Tensor codes_of(const PrincipalComponents& pca, std::int64_t k, const Tensor& rows) {
  const std::int64_t n = rows.size(0), d = pca.mean.size(0);
  const Tensor apart = reshape(rows, {n, d}) - cast(pca.mean, rows.dtype());
  return linear(apart, cast(first_components(pca, k), rows.dtype()));
}

double squared_error(const PrincipalComponents& pca, std::int64_t k, const Moments& data) {
  return sum(slice(squares_along(pca, data), 0, k)).item() / static_cast<double>(pca.mean.size(0));
}

double noise_variance(const PrincipalComponents& pca, std::int64_t k) {
  const std::int64_t d = pca.variances.size(0);
  if (k < 0 || k >= d)
    throw Error(text("noise_variance: ", k, " components of ", d, " leave none for the noise"));
  return mean(slice(pca.variances, 0, k)).item();
}

double log_density(const PrincipalComponents& pca, std::int64_t k, const Moments& data) {
  const Tensor variances = model_variances(pca, k);
  return -0.5 *
         sum(nn::log_of_two_pi + log(variances) + squares_along(pca, data) / variances).item();
}

Moments model_moments(const PrincipalComponents& pca, std::int64_t k, std::int64_t shown,
                      bool with_noise) {
  const Tensor variances = model_variances(pca, k) - (with_noise ? 0 : noise_variance(pca, k));
  return {0, zeros({shown}, DType::float64),
          eye(shown, DType::float64) * slice(variances, 0, 0, shown)};
}

}  // namespace ebb::tools
