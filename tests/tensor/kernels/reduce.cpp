#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tensor/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <vector>

using namespace ebb;

namespace {

template <class T>
constexpr int type_of = sizeof(T) == 4 ? 0 : 1;
template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();

template <class T>
T reduced(kernels::ReduceLoop loop, const T* x, std::int64_t n) {
  T y[2] = {777, 777};
  loop(y, x, n);
  CHECK(y[1] == 777);
  return y[0];
}

}  // namespace

TEST_CASE_TEMPLATE("reduce kernels: of nothing they give what changes nothing", T, float, double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  CHECK(reduced<T>(reduce.sum[type_of<T>], nullptr, 0) == 0);
  CHECK(reduced<T>(reduce.maximum[type_of<T>], nullptr, 0) == -infinity<T>);
  CHECK(reduced<T>(reduce.minimum[type_of<T>], nullptr, 0) == infinity<T>);
}

TEST_CASE_TEMPLATE("reduce kernels: every length, up to the last element and no further", T, float,
                   double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  for (std::int64_t n = 1; n <= 150; ++n) {
    const Guarded<T> x(n);
    T sum = 0, largest = -infinity<T>, smallest = infinity<T>;
    for (std::int64_t i = 0; i < n; ++i) {
      x[i] = static_cast<T>(i * 37 % 101 - 60) / 8;  // sums of these are exact
      sum += x[i];
      largest = std::max(largest, x[i]);
      smallest = std::min(smallest, x[i]);
    }
    CHECK(reduced<T>(reduce.sum[type_of<T>], x.data(), n) == sum);
    CHECK(reduced<T>(reduce.maximum[type_of<T>], x.data(), n) == largest);
    CHECK(reduced<T>(reduce.minimum[type_of<T>], x.data(), n) == smallest);
  }
}

TEST_CASE_TEMPLATE("reduce kernels: padding does not hide elements that are all on one side", T,
                   float, double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  for (std::int64_t n = 1; n <= 40; ++n) {
    const std::vector<T> below(static_cast<std::size_t>(n), T(-3)), above(below.size(), T(3));
    CHECK(reduced<T>(reduce.maximum[type_of<T>], below.data(), n) == -3);
    CHECK(reduced<T>(reduce.minimum[type_of<T>], above.data(), n) == 3);
  }
}

TEST_CASE_TEMPLATE("reduce kernels: a NaN is the sum, the largest and the smallest", T, float,
                   double) {
  const kernels::ReduceKernels& reduce = kernels_in_use().reduce;
  int wrong = 0;
  for (const std::int64_t n : {1, 5, 16, 33, 150})
    for (std::int64_t at = 0; at < n; ++at) {
      std::vector<T> x(static_cast<std::size_t>(n), T(1));
      x[static_cast<std::size_t>(at)] = std::numeric_limits<T>::quiet_NaN();
      for (const auto loop :
           {reduce.sum[type_of<T>], reduce.maximum[type_of<T>], reduce.minimum[type_of<T>]})
        wrong += !std::isnan(reduced<T>(loop, x.data(), n));
    }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("reduce kernels: the bits do not depend on where the elements lie", T, float,
                   double) {
  const auto loop = kernels_in_use().reduce.sum[type_of<T>];
  std::vector<T> room(200);
  for (const std::int64_t n : {3, 17, 70, 151}) {
    T first = 0;
    int wrong = 0;
    for (std::int64_t shift = 0; shift < 16; ++shift) {
      for (std::int64_t i = 0; i < n; ++i)
        room[static_cast<std::size_t>(shift + i)] = 1 / static_cast<T>(i + 3);
      const T sum = reduced<T>(loop, room.data() + shift, n);
      if (shift == 0) first = sum;
      wrong += sum != first;
    }
    CHECK(wrong == 0);
  }
}
