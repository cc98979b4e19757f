// The comparisons of tensor/compare.hpp for Variables: they look at the values alone.
#pragma once

#include <autograd/tape.hpp>
#include <tensor/compare.hpp>

namespace ebb {

[[nodiscard]] inline bool equal(const Variable& a, const Variable& b) {
  return equal(a.value(), b.value());
}
[[nodiscard]] inline bool allclose(const Variable& a, const Variable& b,
                                   const Tolerance& tolerance = {}) {
  return allclose(a.value(), b.value(), tolerance);
}

}  // namespace ebb
