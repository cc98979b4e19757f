#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/planar_flow.hpp>
#include <nn/parts.hpp>
#include <numbers>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tests/models/reference.hpp>

using namespace ebb;
using models::PlanarFlow;

namespace {

// By elimination with the largest pivot of each column.
double determinant(Matrix a) {
  double product = 1;
  for (std::size_t k = 0; k < a.rows; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < a.rows; ++i)
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    if (pivot != k) product = -product;
    for (std::size_t j = 0; j < a.columns; ++j) std::swap(a(k, j), a(pivot, j));
    product *= a(k, k);
    for (std::size_t i = k + 1; i < a.rows; ++i) {
      const double factor = a(i, k) / a(k, k);
      for (std::size_t j = k; j < a.columns; ++j) a(i, j) -= factor * a(k, j);
    }
  }
  return product;
}

// det ∂z/∂z₀ of each example: the tape differentiates one number of z after the other.
std::vector<double> determinants(const PlanarFlow& flow, const Tensor& z0, const Tensor& numbers) {
  const Variable from = leaf(z0);
  const Variable z = flow(from, numbers).z;
  const auto n = static_cast<std::size_t>(z0.size(0)), d = static_cast<std::size_t>(z0.size(1));
  std::vector<Matrix> jacobians(n, zero_matrix(d, d));
  for (std::size_t i = 0; i < d; ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const Matrix row = matrix(gradients(sum(slice(z, 1, at, at + 1)), {from})[0].value());
    for (std::size_t example = 0; example < n; ++example)
      for (std::size_t j = 0; j < d; ++j) jacobians[example](i, j) = row(example, j);
  }
  std::vector<double> found;
  for (const Matrix& jacobian : jacobians) found.push_back(determinant(jacobian));
  return found;
}

void check_determinants(const PlanarFlow& flow, const Tensor& z, const Tensor& numbers,
                        double tolerance) {
  const auto logs = flow(z, numbers).log_determinant.value().to_vector<double>();
  const auto direct = determinants(flow, z, numbers);
  REQUIRE(logs.size() == direct.size());
  for (std::size_t i = 0; i < logs.size(); ++i) {
    REQUIRE(direct[i] > 0);  // the flow can be undone
    CHECK(logs[i] == doctest::Approx(std::log(direct[i])).epsilon(tolerance));
  }
}

Tensor normal(const Shape& shape, std::uint64_t seed) {
  Random random{seed};
  return randn(shape, random, DType::float64);
}

}  // namespace

TEST_CASE("planar flow: the log determinant is that of the Jacobian, which is positive") {
  std::uint64_t seed = 1;
  for (std::int64_t d = 1; d <= 4; ++d)
    for (const std::int64_t steps : {1, 3})
      for (const double scale : {0.3, 1.0, 2.0}) {  // of u and w: where large, often wᵀ u < -1
        const PlanarFlow flow{1, d, steps};
        check_determinants(flow, normal({8, d}, seed),
                           scale * normal({8, steps * (2 * d + 1)}, seed + 1), 1e-8);
        seed += 2;
      }
}

TEST_CASE("planar flow: where w vanishes, the determinant is still that of the Jacobian") {
  const PlanarFlow flow{1, 2, 1};
  const Tensor z = normal({1, 2}, 1);
  for (const double small : {0.0, 1e-12, 1e-7, 1e-6, 1e-4}) {
    const Tensor numbers = from_vector<double>({-3, 2, small, -small, 0.5}, {1, 5});
    check_determinants(flow, z, numbers, 1e-9);
  }
  const Tensor nothing = from_vector<double>({-3, 2, 0, 0, 0.5}, {1, 5});
  const Tensor expected = z + std::tanh(0.5) * from_vector<double>({-3, 2}, {1, 2});
  CHECK(allclose(flow(z, nothing).z.value(), expected));
}

TEST_CASE("planar flow: no w is so small that it throws a code further than u is long") {
  const Tensor z = normal({1, 2}, 1);
  for (const double small : {1e-5, 1e-3, 0.1}) {
    const Tensor numbers = from_vector<double>({0.5, 0.7, small, -small, 0.1}, {1, 5});
    const Tensor moved = PlanarFlow{1, 2, 1}(z, numbers).z.value() - z;
    CHECK(sum(square(moved)).item() < 0.5 * 0.5 + 0.7 * 0.7);
  }
}

// wᵀ u is -30, so wᵀ û is -1 but for 1e-13, which float32 has not beside 1.
TEST_CASE("planar flow: a step that is hardly undone keeps its determinant in float32") {
  const PlanarFlow flow{1, 1, 1};
  const Tensor z = zeros({1, 1}), numbers = from_vector<float>({-30, 1, 1e-5f}, {1, 3});
  const double expected = std::log(1e-10 + std::exp(-30));  // h² + (1 - h²) (1 + wᵀ û)
  CHECK(flow(z, numbers).log_determinant.value().item() == doctest::Approx(expected).epsilon(1e-3));
}

TEST_CASE("planar flow: one step is the formula") {
  // wᵀ u is 0.5 and -2; along w it becomes softplus(wᵀ u) - 1, but for what keeps a small w in
  // place.
  const PlanarFlow flow{1, 2, 1};
  const Tensor z = from_vector<double>({0.3, -0.7, 0.3, -0.7}, {2, 2});
  const Tensor numbers = from_vector<double>({1, 0.5, 0.25, 0.5, 0.1, -2, 0, 1, 2, 0.1}, {2, 5});
  const Tensor found = flow(z, numbers).z.value();
  const double first = std::tanh(0.25 * 0.3 - 0.5 * 0.7 + 0.1), second = std::tanh(0.3 - 1.4 + 0.1);
  // By how many w does u move?
  const auto by = [](double x, double squares) {
    const double shift = std::log(std::numbers::e - 1) * 0.01 / (squares + 0.01);
    return (std::log1p(std::exp(x + shift)) - 1 - x) / squares;
  };
  const double a = by(0.5, 0.25 * 0.25 + 0.5 * 0.5), b = by(-2, 5);
  const std::vector<double> expected = {0.3 + (1 + 0.25 * a) * first,
                                        -0.7 + (0.5 + 0.5 * a) * first, 0.3 + (-2 + b) * second,
                                        -0.7 + 2 * b * second};
  CHECK(allclose(found, from_vector(expected, {2, 2}), {.rtol = 1e-10}));
}

TEST_CASE("planar flow: steps follow each other, and none change nothing") {
  const Tensor z = normal({5, 3}, 1), numbers = normal({5, 14}, 2);
  const auto one = PlanarFlow{1, 3, 1}(z, slice(numbers, 1, 0, 7));
  const auto two = PlanarFlow{1, 3, 1}(one.z, slice(numbers, 1, 7, 14));
  const auto both = PlanarFlow{1, 3, 2}(z, numbers);
  CHECK(equal(both.z.value(), two.z.value()));
  CHECK(allclose(both.log_determinant.value(),
                 one.log_determinant.value() + two.log_determinant.value()));
  const auto none = PlanarFlow{1, 3, 0}(z, zeros({5, 0}, DType::float64));
  CHECK(equal(none.z.value(), z));
  CHECK(amax(abs(none.log_determinant.value())).item() == 0);
}

TEST_CASE("planar flow: derivatives are right, by the codes and by what the steps are made of") {
  const PlanarFlow flow{1, 3, 2};
  check_gradients(
      [&](auto x) {
        const auto [z, log_determinant] = flow(x[0], x[1]);
        return cat({z, reshape(log_determinant, {4, 1})}, 1);
      },
      {normal({4, 3}, 3), normal({4, 14}, 4)});
}

TEST_CASE("planar flow: its numbers are made of the features") {
  PlanarFlow flow{6, 3, 2};
  nn::initialize(flow, {.seed = 1});
  const auto parts = nn::Parts(flow).parameters;
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].first == "numbers.weight");
  CHECK(parts[0].second->shape() == Shape{14, 6});
  CHECK(flow.numbers(zeros({5, 6})).shape() == Shape{5, 14});
}
