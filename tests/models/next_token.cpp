#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <models/next_token.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using models::next_tokens;

namespace {

constexpr std::int64_t draws = 4000;
// The probabilities .1, .6, .3.
const std::vector<double> logits = {std::log(0.1), std::log(0.6), std::log(0.3)};

// How often each of three tokens comes, as a share of all draws.
std::vector<double> shares(const std::vector<double>& row, double temperature, double top_p) {
  Random noise{7};
  const Tensor rows = expand(from_vector(row, {1, 3}), {draws, 3});
  std::vector<double> found(3);
  for (const std::int32_t token :
       next_tokens(rows, noise, temperature, top_p).to_vector<std::int32_t>())
    ++found[static_cast<std::size_t>(token)];
  for (double& share : found) share /= draws;
  return found;
}

void check_shares(const std::vector<double>& found, const std::vector<double>& p) {
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(std::abs(found[i] - p[i]) <= 4 * std::sqrt(p[i] * (1 - p[i]) / draws));
}

}  // namespace

TEST_CASE("next tokens: they come as often as they are probable") {
  check_shares(shares(logits, 1, 1), {0.1, 0.6, 0.3});
  const double total = std::sqrt(0.1) + std::sqrt(0.6) + std::sqrt(0.3);
  check_shares(shares(logits, 2, 1),
               {std::sqrt(0.1) / total, std::sqrt(0.6) / total, std::sqrt(0.3) / total});
}

TEST_CASE("next tokens: a nucleus holds the first at least") {
  check_shares(shares(logits, 1, 0.7), {0, 2. / 3, 1. / 3});
  check_shares(shares(logits, 1, 0.95), {0.1, 0.6, 0.3});
  check_shares(shares(logits, 1, 1e-9), {0, 1, 0});
}

TEST_CASE("next tokens: without heat the most probable, and nothing is drawn") {
  Random noise{7};
  const Tensor rows = from_vector(std::vector<float>{1, 2, 0, -3, -4, -2}, {2, 3});
  for (const double cold : {0., 1e-300}) {
    const auto tokens = next_tokens(rows, noise, cold).to_vector<std::int32_t>();
    CHECK(tokens == std::vector<std::int32_t>{1, 2});
  }
  CHECK(noise.position == 0);
  CHECK(next_tokens(zeros({0, 3}), noise).shape() == Shape{0});
}

TEST_CASE("next tokens: where logits are NaN all tokens are alike") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  check_shares(shares({nan, nan, nan}, 1, 1), {1. / 3, 1. / 3, 1. / 3});
}
