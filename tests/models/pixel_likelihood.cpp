#include <doctest/doctest.h>

#include <models/pixel_likelihood.hpp>
#include <nn/distributions.hpp>
#include <nn/likelihoods.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using models::PixelLikelihood;

TEST_CASE("pixel likelihood: each is its distribution, of channels that stand in blocks") {
  Random random{1}, noise{2}, same{2};
  const Tensor p = randn({3, 4, 2, 2}, random), x = rand({3, 2, 2, 2}, random);
  const nn::BetaBinomial gray{slice(p, 1, 0, 2), slice(p, 1, 2)};
  const PixelLikelihood beta = PixelLikelihood::beta_binomial,
                        zero_one = PixelLikelihood::bernoulli;
  CHECK(models::numbers_of(beta) == 2);
  CHECK(same_bits(models::log_probability(beta, p, x).value(), gray.log_probability(x).value()));
  CHECK(same_bits(models::mean(beta, p).value(), gray.mean().value()));
  CHECK(same_bits(models::sample(beta, p, noise), gray.sample(same)));
  const Tensor half = slice(p, 1, 0, 2);
  const nn::Bernoulli black{half};
  CHECK(models::numbers_of(zero_one) == 1);
  CHECK(same_bits(models::log_probability(zero_one, half, x).value(),
                  black.log_probability(x).value()));
  CHECK(same_bits(models::mean(zero_one, half).value(), black.mean().value()));
  CHECK(same_bits(models::sample(zero_one, half, noise), black.sample(same)));
}
