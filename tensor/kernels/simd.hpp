// Vectors for the kernels, and the end of an array that does not fill one. Included only by files
// that are compiled once per instruction set; everything is local to the file that includes it.
#pragma once

#include <cstdint>
#include <tensor/kernels/table.hpp>

// Some of xsimd's helpers (the reduction of large arguments of sin and cos) are no templates over
// the instruction set. The linker would keep one of them, perhaps the one with AVX-512, for every
// table; a namespace per table keeps them apart.
#define EBB_JOIN(a, b) a##b
#define EBB_XSIMD(isa) EBB_JOIN(xsimd_, isa)
#define xsimd EBB_XSIMD(EBB_KERNELS)
#include <xsimd/xsimd.hpp>

namespace ebb::kernels {
namespace {

// The widest vector of the instruction set that this file is compiled for.
template <class T>
using Vector = xsimd::batch<T>;
template <class T>
inline constexpr std::int64_t width = static_cast<std::int64_t>(Vector<T>::size);

template <class T>
Vector<T> load(const T* x) {
  return Vector<T>::load_unaligned(x);
}

// The n < width elements at x, the rest of the vector filled up with `padding`. Out of line: every
// loop ends so, and few arrays are that short.
template <class T>
[[gnu::noinline]] Vector<T> load_end(const T* x, std::int64_t n, T padding) {
  alignas(64) T lanes[width<T>];
  Vector<T>(padding).store_aligned(lanes);
#pragma GCC unroll 1
  for (std::int64_t i = 0; i < n; ++i) lanes[i] = x[i];
  return Vector<T>::load_aligned(lanes);
}

// The elements x[i] … x[n - 1], fewer than a vector, behind or before padding. Where x has a whole
// vector, its last one is loaded, and what does not belong to the rest replaced.
template <class T>
Vector<T> load_rest(const T* x, std::int64_t i, std::int64_t n, T padding) {
  if (n < width<T>) return load_end(x + i, n - i, padding);
  alignas(64) static constexpr T places[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const std::int64_t last = n - width<T>;
  return xsimd::select(Vector<T>::load_aligned(places) < Vector<T>(static_cast<T>(i - last)),
                       Vector<T>(padding), load(x + last));
}

template <class T>
[[gnu::noinline]] void store_end(T* y, std::int64_t n, const Vector<T>& values) {
  alignas(64) T lanes[width<T>];
  values.store_aligned(lanes);
#pragma GCC unroll 1
  for (std::int64_t i = 0; i < n; ++i) y[i] = lanes[i];
}

}  // namespace
}  // namespace ebb::kernels
