// Covers: tensor/kernels/simd.hpp
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/kernels/guarded.hpp>
#include <tests/tensor/support.hpp>
#include <vector>

using namespace ebb;

namespace {

template <class F>
kernels::ElementwiseLoop loop_of(int type) {
  return kernels_in_use().elementwise.loops[type][kernels::AllFormulas::place<F>];
}

constexpr std::int64_t longest = 70;  // more than four vectors of any table

template <class T>
T number(std::int64_t i) {
  return static_cast<T>(0.25 + static_cast<double>(i % 23) / 16);
}

// Every length: the elements that do not fill a vector have the bits that they have in the middle
// of a long array, and nothing behind the end is read or written.
template <class F, class T>
void check_ends(int arity) {
  std::vector<T> inputs[3], long_result(longest + 64);
  const void* from[3];
  for (int j = 0; j < arity; ++j) {
    for (std::int64_t i = 0; i < longest + 64; ++i) inputs[j].push_back(number<T>(i + 5 * j));
    from[j] = inputs[j].data();
  }
  loop_of<F>(type_of<T>)(long_result.data(), from, {.columns = longest + 64});
  for (std::int64_t n = 0; n <= longest; ++n) {
    const Guarded<T> y(n), a(n), b(n), c(n);
    const Guarded<T>* const x[] = {&a, &b, &c};
    for (int j = 0; j < arity; ++j) {
      for (std::int64_t i = 0; i < n; ++i) (*x[j])[i] = number<T>(i + 5 * j);
      from[j] = x[j]->data();
    }
    loop_of<F>(type_of<T>)(y.data(), from, {.columns = n});
    CHECK(std::memcmp(y.data(), long_result.data(), static_cast<std::size_t>(n) * sizeof(T)) == 0);
  }
}

}  // namespace

TEST_CASE_TEMPLATE("elementwise kernels: the end of an array has the same bits, and is the end", T,
                   float, double) {
  check_ends<kernels::Exp, T>(1);
  check_ends<kernels::Log, T>(1);
  check_ends<kernels::Tanh, T>(1);
  check_ends<kernels::Softplus, T>(1);
  check_ends<kernels::Divide, T>(2);
  check_ends<kernels::Maximum, T>(2);
  check_ends<kernels::TanhSlope, T>(2);
  check_ends<kernels::Clamp, T>(3);
  check_ends<kernels::Where, T>(3);
}

TEST_CASE_TEMPLATE("elementwise kernels: write their n elements and no other, however they lie", T,
                   float, double) {
  std::vector<T> x(longest + 16), y(longest + 32);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = number<T>(static_cast<std::int64_t>(i));
  int wrong = 0;
  for (std::int64_t n = 0; n <= longest; ++n)
    for (std::int64_t shift = 0; shift < 16; ++shift) {  // from every alignment to every other
      const std::int64_t to = (shift * 7 + 3) % 16;
      std::fill(y.begin(), y.end(), T(777));
      const void* from[] = {x.data() + shift, x.data() + 16 - shift};
      loop_of<kernels::Add>(type_of<T>)(y.data() + to, from, {.columns = n});
      for (std::int64_t i = 0; i < longest + 32; ++i) {
        const bool inside = i >= to && i < to + n;
        const T expected =
            inside ? number<T>(i - to + shift) + number<T>(i - to + 16 - shift) : T(777);
        wrong += y[static_cast<std::size_t>(i)] != expected;
      }
    }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("elementwise kernels: the result may take the place of an input", T, float,
                   double) {
  for (const std::int64_t n : {1, 7, 16, 33, 70}) {
    std::vector<T> a, b, expected;
    for (std::int64_t i = 0; i < n; ++i) {
      a.push_back(number<T>(i));
      b.push_back(number<T>(i + 3));
      expected.push_back(a.back() * b.back());
    }
    std::vector<T> first = a, second = b;
    const void* left[] = {first.data(), b.data()};
    loop_of<kernels::Multiply>(type_of<T>)(first.data(), left, {.columns = n});
    CHECK(first == expected);
    const void* right[] = {a.data(), second.data()};
    loop_of<kernels::Multiply>(type_of<T>)(second.data(), right, {.columns = n});
    CHECK(second == expected);
  }
}

TEST_CASE("elementwise kernels: integers compare and choose at every length") {
  const auto less =
      kernels_in_use().elementwise.loops[2][kernels::AllFormulas::place<kernels::Less>];
  const auto where =
      kernels_in_use().elementwise.loops[2][kernels::AllFormulas::place<kernels::Where>];
  for (std::int64_t n = 0; n <= longest; ++n) {
    const Guarded<std::int32_t> a(n), b(n), smaller(n), chosen(n);
    for (std::int64_t i = 0; i < n; ++i) {
      a[i] = static_cast<std::int32_t>(i * 100'000'007 % 2'000'000'011);
      b[i] = static_cast<std::int32_t>(i * 170'000'003 % 2'000'000'011) - 500'000'000;
    }
    const void* pair[] = {a.data(), b.data()};
    less(smaller.data(), pair, {.columns = n});
    const void* three[] = {smaller.data(), a.data(), b.data()};
    where(chosen.data(), three, {.columns = n});
    int wrong = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      wrong += smaller[i] != (a[i] < b[i]);
      wrong += chosen[i] != (a[i] < b[i] ? a[i] : b[i]);
    }
    CHECK(wrong == 0);
  }
}

// Rows of a wider matrix, one input a number per row: the same as row by row, and no element
// between the rows is touched.
TEST_CASE_TEMPLATE("elementwise kernels: rows, and an input that repeats along them", T, float,
                   double) {
  constexpr std::int64_t count = 3, gap = 5;
  const auto subtract = loop_of<kernels::Subtract>(type_of<T>);
  for (std::int64_t n = 1; n <= longest; ++n) {
    const std::int64_t step = n + gap;
    const Guarded<T> x(count * step - gap), y(count * step - gap), numbers(count);
    for (std::int64_t i = 0; i < count * step - gap; ++i) {
      x[i] = number<T>(i);
      y[i] = 777;
    }
    for (std::int64_t row = 0; row < count; ++row) numbers[row] = number<T>(row + 7);
    for (const int repeated : {0, 1}) {
      kernels::Rows rows = {.columns = n, .count = count, .y_step = step};
      const void* from[] = {x.data(), x.data()};
      from[repeated] = numbers.data();
      rows.x_step[repeated] = 1;
      rows.x_step[1 - repeated] = step;
      rows.repeats[repeated] = true;
      subtract(y.data(), from, rows);
      int wrong = 0;
      for (std::int64_t i = 0; i < count * step - gap; ++i) {
        const T difference = x[i] - numbers[i / step];
        const T expected = i % step >= n ? T(777) : repeated == 1 ? difference : -difference;
        wrong += y[i] != expected;
      }
      CHECK(wrong == 0);
    }
  }
}
