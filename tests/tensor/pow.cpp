// pow beside C's: every special case of its standard (annex F), on every instruction set.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tensor/elementwise.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

template <class T>
constexpr T inf = std::numeric_limits<T>::infinity();

// From here on all numbers are whole, from twice that on all are even.
template <class T>
constexpr T whole = T(1) / std::numeric_limits<T>::epsilon();

template <class T>
std::vector<T> special_values() {
  std::vector<T> values;
  for (const T x : {T(0),
                    T(1e-30),
                    T(0.5),
                    T(1),
                    T(1.5),
                    T(2),
                    T(2.5),
                    T(3),
                    T(4),
                    T(5),
                    T(89),
                    whole<T> - 1,
                    whole<T>,
                    whole<T> + 1,
                    2 * whole<T> - 1,
                    2 * whole<T>,
                    2 * whole<T> + 2,
                    T(1e20),
                    T(1e30),
                    std::numeric_limits<T>::max(),
                    inf<T>,
                    std::numeric_limits<T>::quiet_NaN()})
    for (const T signed_x : {x, -x}) values.push_back(signed_x);
  return values;
}

// Flushes denormals, as the kernels do.
template <class T>
T flushed(T x) {
  return std::abs(x) < std::numeric_limits<T>::min() ? std::copysign(T(0), x) : x;
}

}  // namespace

TEST_CASE_TEMPLATE("pow: as C's, zeros with their signs, infinities and NaN", T, float, double) {
  const std::vector<T> values = special_values<T>();
  const auto count = static_cast<std::int64_t>(values.size());
  const Tensor all = from_vector(values);
  const std::vector<T> y = pow(reshape(all, {count, 1}), all).template to_vector<T>();
  for (std::size_t i = 0; i < y.size(); ++i) {
    const T a = values[i / values.size()], b = values[i % values.size()];
    const T right = flushed(std::pow(a, b));
    CAPTURE(a);
    CAPTURE(b);
    CAPTURE(y[i]);
    CAPTURE(right);
    CHECK(std::isnan(y[i]) == std::isnan(right));
    if (std::isnan(right)) continue;
    CHECK(std::signbit(y[i]) == std::signbit(right));
    if (std::isinf(right) || right == 0 || std::abs(right) == 1)
      CHECK(y[i] == right);
    else
      CHECK(std::abs(y[i] - right) <= std::abs(right) * (4 + std::abs(b * std::log(std::abs(a)))) *
                                          std::numeric_limits<T>::epsilon());
  }
}

TEST_CASE("pow: a number on either side, as C's") {
  const Tensor x = from_vector<float>({-1, 1, NAN, -0.0F});
  const auto huge = pow(x, 1e20).to_vector<float>();
  CHECK(huge[0] == 1);
  CHECK(huge[1] == 1);
  CHECK(pow(x, 0).to_vector<float>() == std::vector<float>(4, 1));
  CHECK(pow(1, x).to_vector<float>() == std::vector<float>(4, 1));
  CHECK(pow(x, -1).to_vector<float>()[3] == -inf<float>);
  CHECK(std::signbit(pow(x, 3).to_vector<float>()[3]));
  CHECK(pow(-1, from_vector<double>({0x1p53 + 2, 0x1p53 - 1, inf<double>, -inf<double>}))
            .to_vector<double>() == std::vector<double>{1, -1, 1, 1});
}
