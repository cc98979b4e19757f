#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <cmath>
#include <nn/distributions.hpp>
#include <nn/mixtures.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::GaussianMixture;

namespace {

struct Numbers {
  Tensor logits, mean, log_variance;
};
Numbers some(std::int64_t components, std::int64_t d, DType dtype = DType::float64) {
  Random random{1};
  return {randn({components}, random, dtype), 2 * randn({components, d}, random, dtype),
          randn({components, d}, random, dtype)};
}
GaussianMixture mixture(const Numbers& p) { return {p.logits, p.mean, p.log_variance}; }

// log Σ_k w_k Π_j N(z_j; m_kj, v_kj) in long double, from the definition.
double by_loops(const Numbers& p, const Tensor& z) {
  const auto w = exp(p.logits).to_vector<double>(), m = p.mean.to_vector<double>(),
             v = exp(p.log_variance).to_vector<double>(), x = z.to_vector<double>();
  long double all = 0, weights = 0;
  for (std::size_t k = 0; k < w.size(); ++k) {
    long double term = w[k];
    weights += w[k];
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double off = x[j] - m[k * x.size() + j], variance = v[k * x.size() + j];
      term *= std::exp(-off * off / variance / 2) / std::sqrt(2 * 3.14159265358979324 * variance);
    }
    all += term;
  }
  return static_cast<double>(std::log(all / weights));
}

}  // namespace

TEST_CASE("mixtures: one standard component is N(0, 1)") {
  Random random{2};
  const Tensor z = randn({9, 4}, random, DType::float64), none = zeros({9, 4}, DType::float64);
  const Tensor zero = zeros({1, 4}, DType::float64);
  const GaussianMixture one{zeros({1}, DType::float64), zero, zero};
  const Tensor expected = nn::per_example(nn::Gaussian{none, none}.log_probability(z)).value();
  CHECK(allclose(one.log_probability(z).value(), expected, {.rtol = 1e-14}));
}

TEST_CASE("mixtures: the density is that of the definition") {
  Random random{3};
  for (const std::int64_t components : {1, 2, 7})
    for (const std::int64_t d : {1, 5}) {
      const Numbers p = some(components, d);
      const Tensor z = 2 * randn({6, d}, random, DType::float64);
      const Tensor found = mixture(p).log_probability(z).value();
      CHECK(found.shape() == Shape{6});
      for (std::int64_t i = 0; i < 6; ++i)
        CHECK(found[i].item() == doctest::Approx(by_loops(p, z[i])).epsilon(1e-12));
    }
}

TEST_CASE("mixtures: float32 is exact to the rounding of the squares") {
  const Numbers p = some(4, 20, DType::float32);
  const Numbers exact = {cast(p.logits, DType::float64), cast(p.mean, DType::float64),
                         cast(p.log_variance, DType::float64)};
  Random random{4};
  const Tensor z = randn({30, 20}, random);
  const Tensor off = cast(mixture(p).log_probability(z).value(), DType::float64) -
                     mixture(exact).log_probability(cast(z, DType::float64)).value();
  CHECK(amax(abs(off)).item() < 1e-3);
}

TEST_CASE("mixtures: derivatives are right, to the second order") {
  Random random{5};
  const Numbers p = some(3, 2);
  check_gradients(
      [](auto x) {
        return GaussianMixture{x[0], x[1], x[2]}.log_probability(x[3]);
      },
      {p.logits, p.mean, p.log_variance, randn({4, 2}, random, DType::float64)}, {.order = 2});
}

TEST_CASE("mixtures: samples come from each component as often as its weight says") {
  const Numbers p = {from_vector<double>({std::log(0.2), std::log(0.5), std::log(0.3)}, {3}),
                     from_vector<double>({-100, 0, 0, 100, 100, 0}, {3, 2}),
                     from_vector<double>({0, 2, 0, 0, 1, -1}, {3, 2})};
  Random noise{6};
  constexpr std::int64_t n = 20'000;
  const Tensor z = mixture(p).sample(n, noise);
  CHECK(z.shape() == Shape{n, 2});
  const double expected[] = {0.2, 0.5, 0.3};
  for (std::int64_t k = 0; k < 3; ++k) {
    const Tensor off = z - p.mean[k];
    const Tensor here = amax(abs(off), 1, true) < 20.0;
    const double share = mean(here).item(), w = expected[k];
    CHECK(std::abs(share - w) < 4 * std::sqrt(w * (1 - w) / n));
    const Tensor variance = sum(here * square(off), 0) / sum(here).item();
    CHECK(allclose(variance, exp(p.log_variance[k]), {.rtol = 0.08}));
    CHECK(amax(abs(sum(here * off, 0) / sum(here).item())).item() < 0.2);
  }
  Random cold{6};
  const Tensor middles = mixture(p).sample(50, cold, 0);
  for (std::int64_t i = 0; i < 50; ++i)
    CHECK((equal(middles[i], p.mean[0]) || equal(middles[i], p.mean[1]) ||
           equal(middles[i], p.mean[2])));
}

TEST_CASE("mixtures: shapes that do not fit are refused, for a density and for a sample") {
  const Tensor three = zeros({3}), two = zeros({3, 2});
  Random noise{1};
  CHECK(message_of<ShapeError>([&] {
          return GaussianMixture{three, two, two}.log_probability(zeros({4, 5}));
        }) == "gaussian_mixture: z [4, 5] does not fit mean [3, 2]; it must be [n, 2]");
  CHECK(message_of<ShapeError>([&] {
          return GaussianMixture{zeros({1}), two, two}.log_probability(zeros({4, 2}));
        }) == "gaussian_mixture: logits [1] do not fit mean [3, 2]; they must be [K] and [K, d]");
  CHECK(message_of<ShapeError>([&] {
          return GaussianMixture{three, three, three}.sample(1, noise);
        }) == "gaussian_mixture: logits [3] do not fit mean [3]; they must be [K] and [K, d]");
  CHECK(
      message_of<ShapeError>([&] {
        return GaussianMixture{three, two, zeros({3, 1})}.sample(1, noise);
      }).starts_with("gaussian_mixture: mean [3, 2] and log_variance [3, 1] must have one shape"));
}
