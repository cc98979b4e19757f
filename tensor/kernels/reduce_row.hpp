// A row of elements to one element. Included only by files that are compiled once per instruction
// set.
#pragma once

#include <limits>
#include <tensor/kernels/arithmetic.hpp>
#include <tensor/kernels/matmul/matrix_copy.hpp>

namespace ebb::kernels {
namespace {

// How two vectors become one, the same where neither holds a NaN, and what stands for no elements.
struct Sum {
  template <class T>
  static constexpr T neutral = 0;
  auto operator()(const auto& a, const auto& b) const { return a + b; }
  auto numbers(const auto& a, const auto& b) const { return a + b; }
};
struct Product {
  template <class T>
  static constexpr T neutral = 1;
  auto operator()(const auto& a, const auto& b) const { return a * b; }
  auto numbers(const auto& a, const auto& b) const { return a * b; }
};
// A NaN is the largest. Of a NaN and a number the processor's max is its second argument.
struct Largest {
  template <class T>
  static constexpr T neutral = std::numeric_limits<T>::has_infinity
                                   ? -std::numeric_limits<T>::infinity()
                                   : std::numeric_limits<T>::lowest();
  auto operator()(const auto& a, const auto& b) const { return Maximum{}(a, b); }
  auto numbers(const auto& a, const auto& b) const { return xsimd::max(a, b); }
};
// A NaN is the smallest, too.
struct Smallest {
  template <class T>
  static constexpr T neutral = std::numeric_limits<T>::has_infinity
                                   ? std::numeric_limits<T>::infinity()
                                   : std::numeric_limits<T>::max();
  auto operator()(const auto& a, const auto& b) const { return Minimum{}(a, b); }
  auto numbers(const auto& a, const auto& b) const { return xsimd::min(a, b); }
};

// Halves onto halves, a tree of fixed form: parts of 128 bits, then the elements of the last one.
template <class Join, class T>
T fold(const Vector<T>& x) {
  if (!xsimd::all(x == x)) return std::numeric_limits<T>::quiet_NaN();
  constexpr int parts = static_cast<int>(width<T> / side<T>);
  alignas(64) T lanes[width<T>];
  x.store_aligned(lanes);
  Square<T> part[parts];
  for (int i = 0; i < parts; ++i) part[i] = Square<T>::load_aligned(lanes + i * side<T>);
  for (int half = parts / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) part[i] = Join{}.numbers(part[i], part[i + half]);
  for (std::int64_t round = 1; round < side<T>; round *= 2)
    part[0] = Join{}.numbers(xsimd::zip_lo(part[0], part[0]), xsimd::zip_hi(part[0], part[0]));
  return static_cast<T>(part[0].get(0));
}

// The same of many rows: what is to be folded waits until as many have come as a vector has lanes.
// One after the other would fold alone in the time in which four fold together.
template <class T>
struct Waiting {
  alignas(64) T lanes[width<T>][width<T>] = {};

  void put(std::int64_t row, const Vector<T>& x) { x.store_aligned(lanes[row]); }

  // Of rows below `count` one element each, a NaN where Join finds one; it ends in the tree of
  // fold.
  template <class Join>
  void fold_into(T* y, std::int64_t count) const {
    constexpr std::int64_t n = side<T>;
    for (std::int64_t row = 0; row < count; row += n) {
      Square<T> each[n];
#pragma GCC unroll 4
      for (std::int64_t i = 0; i < n; ++i) each[i] = halved<Join>(lanes[row + i]);
#pragma GCC unroll 2
      for (std::int64_t half = n / 2; half > 0; half /= 2)
#pragma GCC unroll 2
        for (std::int64_t i = 0; i < half; ++i)
          each[i] = Join{}(xsimd::zip_lo(each[i], each[i + half]),
                           xsimd::zip_hi(each[i], each[i + half]));
      each[0].store_aligned(y + row);
    }
  }

 private:
  template <class Join>
  static Square<T> halved(const T* row) {
    constexpr int parts = static_cast<int>(width<T> / side<T>);
    Square<T> part[parts];
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i) part[i] = Square<T>::load_aligned(row + i * side<T>);
#pragma GCC unroll 2
    for (int half = parts / 2; half > 0; half /= 2)
#pragma GCC unroll 2
      for (int i = 0; i < half; ++i) part[i] = Join{}(part[i], part[i + half]);
    return part[0];
  }
};

// Four independent chains hide the latency of an addition; their order is fixed, so the bits are.
// So many elements may be read before x.
template <class Join, class T>
[[gnu::always_inline]] inline Vector<T> joined(const T* x, std::int64_t n, std::int64_t before) {
  constexpr std::int64_t w = width<T>;
  constexpr T neutral = Join::template neutral<T>;
  const Join join;
  Vector<T> a(neutral), b(neutral), c(neutral), d(neutral);
  std::int64_t i = 0;
  for (; i + 4 * w <= n; i += 4 * w) {
    a = join(a, load(x + i));
    b = join(b, load(x + i + w));
    c = join(c, load(x + i + 2 * w));
    d = join(d, load(x + i + 3 * w));
  }
  if (i + w <= n) a = join(a, load(x + i)), i += w;
  if (i + w <= n) b = join(b, load(x + i)), i += w;
  if (i + w <= n) c = join(c, load(x + i)), i += w;
  if (i < n) d = join(d, load_rest<T>(x, i, n, before, neutral));
  return join(join(a, b), join(c, d));
}

template <class Join, class T>
T reduced(const T* x, std::int64_t n, std::int64_t before) {
  return fold<Join, T>(joined<Join>(x, n, before));
}

}  // namespace
}  // namespace ebb::kernels
