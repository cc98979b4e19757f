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

// Four independent chains hide the latency of an addition; their order is fixed, so the bits are.
// So many elements may be read before x.
template <class Join, class T>
T reduced(const T* x, std::int64_t n, std::int64_t before) {
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
  return fold<Join, T>(join(join(a, b), join(c, d)));
}

}  // namespace
}  // namespace ebb::kernels
