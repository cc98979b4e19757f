// Where the vectors of a row stand. Included only by files that are compiled once per instruction
// set.
#pragma once

#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

// Where a vector stands in a row, or a row that is shorter than a vector.
template <class T>
struct Whole {
  std::int64_t at;
  Vector<T> operator()(const T* x) const { return load(x + at); }
  void store(T* y, const Vector<T>& values) const { values.store_unaligned(y + at); }
};
template <class T>
struct Short {
  std::int64_t n;
  Vector<T> operator()(const T* x) const { return load_end<T>(x, n, 0); }
  void store(T* y, const Vector<T>& values) const { store_end(y, n, values); }
};

// visit(place) for each vector of a row. The last one reaches back, so that some elements come
// twice, with the same result.
template <class T>
[[gnu::always_inline]] inline void each_vector(std::int64_t n, const auto& visit) {
  if (n < width<T>) return visit(Short<T>{n});
  for (std::int64_t i = 0; i < n - width<T>; i += width<T>) visit(Whole<T>{i});
  visit(Whole<T>{n - width<T>});
}

}  // namespace
}  // namespace ebb::kernels
