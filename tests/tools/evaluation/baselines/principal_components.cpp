#include <doctest/doctest.h>

#include <cmath>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/baselines/principal_components.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// Variances 4, 1 and 1/4 along the axes, around (1, 2, 3).
Moments along_axes() {
  return {10, from_vector({1.0, 2.0, 3.0}),
          from_vector({{1.0, 0.0, 0.0}, {0.0, 4.0, 0.0}, {0.0, 0.0, 0.25}})};
}

}  // namespace

TEST_CASE("principal components: the largest variance comes first, and k of them leave the rest") {
  const PrincipalComponents pca = principal_components(along_axes());
  CHECK(allclose(pca.variances, from_vector({4.0, 1.0, 0.25})));
  CHECK(allclose(abs(pca.components[0]), from_vector({0.0, 1.0, 0.0})));
  CHECK(squared_error(pca, 0, along_axes()) == doctest::Approx(5.25 / 3));
  CHECK(squared_error(pca, 1, along_axes()) == doctest::Approx(1.25 / 3));
  CHECK(squared_error(pca, 3, along_axes()) == doctest::Approx(0));
  // Other data around another mean: what lies off the first component counts.
  Moments other = along_axes();
  other.mean = from_vector({3.0, 7.0, 3.0});
  CHECK(squared_error(pca, 1, other) == doctest::Approx((1.25 + 4) / 3));
  const Tensor codes = codes_of(pca, 1, from_vector<float>({9, 5, 7}, {1, 1, 3}));
  CHECK(allclose(abs(codes), from_vector({{3.f}})));
}

TEST_CASE("principal components: moments say the same error as the rows themselves") {
  Random random{1};
  const Tensor rows = randn({40, 5}, random), others = randn({30, 5}, random) + 1;
  const PrincipalComponents pca = principal_components(moments_of(rows));
  const Tensor apart = cast(others, DType::float64) - pca.mean;
  const Tensor basis = first_components(pca, 2);
  const Tensor again = matmul(matmul(apart, transpose(basis)), basis);
  CHECK(squared_error(pca, 2, moments_of(others)) ==
        doctest::Approx(mean(square(apart - again)).item()));
}

TEST_CASE("probabilistic principal components: the likelihood of a Gaussian, with its noise") {
  const PrincipalComponents pca = principal_components(along_axes());
  CHECK(noise_variance(pca, 1) == doctest::Approx(0.625));
  const double log_of_two_pi = std::log(2 * std::acos(-1.0));
  const double at_best = -0.5 * (3 * log_of_two_pi + std::log(4 * 0.625 * 0.625) + 3);
  CHECK(log_density(pca, 1, along_axes()) == doctest::Approx(at_best));
  Moments other = along_axes();
  other.mean = from_vector({1.0, 4.0, 3.0});  // a step of 2 along the first: (2² / 4) / 2 less
  CHECK(log_density(pca, 1, other) == doctest::Approx(at_best - 0.5));
  CHECK(message_of([&] { return noise_variance(pca, 3); }) ==
        "noise_variance: 3 components of 3 leave none for the noise");
}

TEST_CASE("probabilistic principal components: what is drawn varies like the data along W alone") {
  const PrincipalComponents pca = principal_components(along_axes());
  CHECK(allclose(model_moments(pca, 1, 2).covariance, from_vector({{4.0, 0.0}, {0.0, 0.625}})));
  CHECK(allclose(model_moments(pca, 1, 2, false).covariance,
                 from_vector({{3.375, 0.0}, {0.0, 0.0}})));
  CHECK(allclose(model_moments(pca, 1, 2).mean, from_vector({0.0, 0.0})));
}
