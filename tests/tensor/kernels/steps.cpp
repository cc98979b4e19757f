// Covers: tensor/kernels/update.cpp
// The compiled loop of every step against the same step read on double.
#include <doctest/doctest.h>

#include <array>
#include <tensor/kernels/steps.hpp>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using namespace ebb::kernels;

namespace {

template <class Step, std::size_t... I>
void take(const Step& step, double& w, double g, std::array<double, 3>& states,
          std::index_sequence<I...>) {
  step(w, g, states[I]...);
}

// Two steps at n weights, odd ones among them; every element behind the end stays.
template <class T, class Step>
void compare(const Step& step, std::size_t n) {
  std::vector<T> w(n + 8, T(7)), g(n + 8, T(7)), s[3];
  for (std::size_t i = 0; i < n; ++i) {
    w[i] = static_cast<T>(std::sin(0.7 * static_cast<double>(i)));
    g[i] = static_cast<T>(i % 5 == 2 ? 0 : std::cos(1.3 * static_cast<double>(i)));
  }
  for (int j = 0; j < 3; ++j) s[j].assign(n + 8, T(7)), std::fill_n(s[j].begin(), n, T(0));
  void* const states[] = {s[0].data(), s[1].data(), s[2].data()};
  const UpdateLoop loop = kernels_in_use().update.loops[type_of<T>][AllSteps::place<Step>];
  std::vector<double> expected(w.begin(), w.end());
  std::vector<std::array<double, 3>> remembered(n);
  const double limit = sizeof(T) == 4 ? 1e-5 : 1e-13;
  for (int t = 0; t < 2; ++t) {
    CHECK(loop(&step, w.data(), g.data(), states, static_cast<std::int64_t>(n)) == -1);
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i) {
      take(step, expected[i], g[i], remembered[i], std::make_index_sequence<Step::states>{});
      worst = std::max(worst, std::abs(expected[i] - w[i]));
      for (int j = 0; j < Step::states; ++j)
        worst = std::max(worst, std::abs(remembered[i][static_cast<std::size_t>(j)] - s[j][i]));
    }
    CHECK(worst < limit);
  }
  for (std::size_t i = n; i < n + 8; ++i) CHECK((w[i] == 7 && g[i] == 7 && s[0][i] == 7));
}

template <class Step>
void compare(const Step& step) {
  for (const std::size_t n : {0u, 1u, 3u, 4u, 8u, 15u, 16u, 17u, 33u, 100u}) {
    compare<float>(step, n);
    compare<double>(step, n);
  }
}

}  // namespace

TEST_CASE("steps: the compiled loop of each does what its formula says, at any length") {
  compare(SGD{0.1, 0.01});
  compare(MomentumSGD{0.1, 0.9, 0.01});
  compare(NesterovSGD{0.1, 0.9, 0.01});
  compare(Adam{{0.1, 0.9, 0.99, 1.5, 1e-4}, 0.01});
  compare(AdamW{{0.1, 0.9, 0.99, 1.5, 1e-4}, 0.99});
  compare(kernels::RMSprop<false, false>{0.1, 0.9, 1e-2, 0.5, 0.01});
  compare(kernels::RMSprop<false, true>{0.1, 0.9, 1e-2, 0.5, 0.01});
  compare(kernels::RMSprop<true, false>{0.1, 0.9, 1e-2, 0.5, 0.01});
  compare(kernels::RMSprop<true, true>{0.1, 0.9, 1e-2, 0.5, 0.01});
  compare(Adagrad{0.1, 1e-3, 0.01});
  compare(Lion{0.1, 0.9, 0.99, 0.99});
  compare(MovingAverage{0.25});
}

TEST_CASE("steps: where a square overflows, the way for large numbers goes on from the other") {
  const Adam adam{{0.1, 0.9, 0.999, 1.5, 1e-8}, 0.01};
  double w[] = {1, 1}, m[] = {0.5, 0.5}, s[] = {2, 2};
  adam(w[0], 3.0, m[0], s[0]);
  adam.large(w[1], 3.0, m[1], s[1]);
  CHECK(w[1] == doctest::Approx(w[0]).epsilon(1e-14));
  CHECK(m[1] == m[0]);
  CHECK(s[1] == doctest::Approx(s[0]).epsilon(1e-14));
}

TEST_CASE("steps: a loop says which weight is the first that stays") {
  const Adam step{{0.1, 0.9, 0.999, 1, 1e-8}, 0};
  for (const std::size_t odd : {0u, 5u, 16u, 39u}) {
    std::vector<float> w(40, 1), g(40, 1), m(40), s(40);
    g[odd] = 1e30f;
    g[39] = NAN;
    void* const states[] = {m.data(), s.data()};
    CHECK(kernels_in_use().update.loops[0][AllSteps::place<Adam>](
              &step, w.data(), g.data(), states, 40) == static_cast<std::int64_t>(odd));
    CHECK(w[odd] == 1);
    CHECK((m[odd] == 0 && s[odd] == 0));
    CHECK(w[38] < 1);
  }
}
