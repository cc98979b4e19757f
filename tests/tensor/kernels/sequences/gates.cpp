// The compiled loop of every step of a recurrent layer against the same step read on double.
#include <doctest/doctest.h>

#include <algorithm>
#include <tensor/kernels/sequences/gates.hpp>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>
#include <utility>

using namespace ebb;
using namespace ebb::kernels;

namespace {

template <class F, std::size_t... O, std::size_t... I>
void read_on_double(double* y, const double* x, std::index_sequence<O...>,
                    std::index_sequence<I...>) {
  F{}(y[O]..., x[I]...);
}

// The worst difference at n units, each operand ending where its memory does.
template <class F, class T, std::size_t... O, std::size_t... I>
double worst(std::int64_t n, std::index_sequence<O...> outputs, std::index_sequence<I...> inputs) {
  const Guarded<T> y[] = {Guarded<T>((static_cast<void>(O), n))...};
  const Guarded<T> x[] = {Guarded<T>((static_cast<void>(I), n))...};
  for (std::size_t j = 0; j < sizeof...(I); ++j)
    for (std::int64_t i = 0; i < n; ++i)
      x[j][i] = static_cast<T>(std::sin(static_cast<double>(j) + 0.7 * static_cast<double>(i)));
  void* const results[] = {y[O].data()...};
  const void* const operands[] = {x[I].data()...};
  kernels_in_use().gates.loops[type_of<T>][AllGates::place<F>](results, operands, n);
  double most = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    double expected[sizeof...(O)] = {};
    const double operand[] = {static_cast<double>(x[I][i])...};
    read_on_double<F>(expected, operand, outputs, inputs);
    for (std::size_t j = 0; j < sizeof...(O); ++j)
      most = std::max(most, std::abs(static_cast<double>(y[j][i]) - expected[j]));
  }
  return most;
}

template <class F>
void compare() {
  constexpr std::make_index_sequence<F::outputs> outputs;
  constexpr std::make_index_sequence<F::inputs> inputs;
  for (std::int64_t n = 0; n <= 40; ++n) {
    CHECK(worst<F, float>(n, outputs, inputs) < 2e-6);
    CHECK(worst<F, double>(n, outputs, inputs) < 4e-15);
  }
}

}  // namespace

TEST_CASE("gates: the compiled loop of each step does what its formula says, at any length") {
  compare<GruStep>();
  compare<GruStepBack>();
  compare<LstmStep>();
  compare<LstmStepBack>();
}

// By hand: σ(0) = 1/2, and half of tanh(1) and of the state 3.
TEST_CASE("gates: a step of each by hand") {
  double h, r, z, n, m;
  GruStep{}(h, r, z, n, m, 0.0, 0.0, 0.5, 0.0, 0.0, 1.0, 3.0);
  CHECK(r == 0.5);
  CHECK(z == 0.5);
  CHECK(m == 1);
  CHECK(n == doctest::Approx(0.761594155955765).epsilon(1e-14));
  CHECK(h == doctest::Approx(1.880797077977882).epsilon(1e-14));
  double next, cell, i, f, g, o;
  LstmStep{}(next, cell, i, f, g, o, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.5, 0.0, 3.0);
  CHECK(cell == doctest::Approx(1.880797077977882).epsilon(1e-14));
  CHECK(next == doctest::Approx(0.47728147755430655).epsilon(1e-12));
}

TEST_CASE_TEMPLATE("gates: far from 0 they are shut or open, and none is NaN", T, float, double) {
  const T far[] = {1000, -1000, ::infinity<T>, -::infinity<T>}, zero[] = {0, 0, 0, 0};
  const T one[] = {1, 1, 1, 1};
  T y[5][4];
  void* const results[] = {y[0], y[1], y[2], y[3], y[4]};
  const void* const operands[] = {far, far, far, zero, zero, zero, one};
  kernels_in_use().gates.loops[type_of<T>][AllGates::place<GruStep>](results, operands, 4);
  for (int i = 0; i < 4; ++i) {
    CHECK(y[1][i] == (far[i] > 0 ? 1 : 0));
    CHECK(y[3][i] == (far[i] > 0 ? 1 : -1));
    CHECK(y[0][i] == (far[i] > 0 ? 1 : -1));
  }
}

TEST_CASE_TEMPLATE("gates: a result may lie where an operand does", T, float, double) {
  const GateLoop loop = kernels_in_use().gates.loops[type_of<T>][AllGates::place<GruStep>];
  for (std::int64_t n = 1; n <= 40; ++n) {
    std::vector<T> x(static_cast<std::size_t>(7 * n)), y(static_cast<std::size_t>(5 * n));
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<T>(std::sin(0.7 * static_cast<double>(i)));
    const auto operand = [&](std::int64_t j) { return x.data() + j * n; };
    const auto result = [&](std::int64_t j) { return y.data() + j * n; };
    const void* const operands[] = {operand(0), operand(1), operand(2), operand(3),
                                    operand(4), operand(5), operand(6)};
    void* const apart[] = {result(0), result(1), result(2), result(3), result(4)};
    void* const over[] = {operand(6), operand(0), operand(1), operand(2), operand(5)};
    loop(apart, operands, n);
    loop(over, operands, n);
    for (std::int64_t j = 0; j < 5; ++j)
      CHECK(std::equal(result(j), result(j) + n, static_cast<const T*>(over[j])));
  }
}
