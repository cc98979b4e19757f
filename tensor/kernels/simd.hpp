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

// As in tensor/shape.hpp, which kernels do not see.
constexpr std::int64_t divide_up(std::int64_t n, std::int64_t d) { return (n + d - 1) / d; }
inline std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

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

// x y + z, rounded once. For AVX-512 xsimd writes a product and a sum: a compiler may join them,
// and may not; but the bits of an element must not depend on where in a tile it is computed.
#if defined(__AVX512F__)
inline Vector<float> fma(const Vector<float>& x, const Vector<float>& y, const Vector<float>& z) {
  return _mm512_fmadd_ps(x, y, z);
}
inline Vector<double> fma(const Vector<double>& x, const Vector<double>& y,
                          const Vector<double>& z) {
  return _mm512_fmadd_pd(x, y, z);
}
#else
using xsimd::fma;
#endif

// True in the first n lanes.
template <class T>
auto lanes_below(std::int64_t n) {
  alignas(64) static constexpr T places[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return Vector<T>::load_aligned(places) < Vector<T>(static_cast<T>(n));
}

// The elements x[i] … x[n - 1], fewer than a vector, behind padding: the vector that ends with them
// is loaded, and what else it holds replaced. That may be elements before x, as long as there are
// that many, as there are in a matrix before all rows but the first.
template <class T>
Vector<T> load_rest(const T* x, std::int64_t i, std::int64_t n, std::int64_t before, T padding) {
  const std::int64_t first = n - width<T>;
  alignas(64) T lanes[width<T>];
  const T* from = x + first;
  if (first + before < 0) {
#pragma GCC unroll 1
    for (std::int64_t lane = i - first; lane < width<T>; ++lane) lanes[lane] = x[first + lane];
    from = lanes;
  }
  return xsimd::select(lanes_below<T>(i - first), Vector<T>(padding), load(from));
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
