// What a tensor's elements are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <tensor/error.hpp>

namespace ebb {

// float32 is the default; float64 is there so that every derivative can be checked on the library
// that ships. int32 holds labels, indices, counts and masks: it is compared, chosen and counted,
// and
// + - * and sums of it throw where the result does not fit. It has no gradients.
enum class DType : std::uint8_t { float32, float64, int32 };

inline const char* name(DType dtype) {
  constexpr const char* names[] = {"float32", "float64", "int32"};
  return names[static_cast<int>(dtype)];
}
[[nodiscard]] inline std::size_t size_of(DType dtype) { return dtype == DType::float64 ? 8 : 4; }
[[nodiscard]] inline bool is_floating(DType dtype) { return dtype != DType::int32; }
inline void append(std::string& out, DType dtype) { out += name(dtype); }
std::ostream& operator<<(std::ostream& out, DType dtype);

template <class T>
inline constexpr DType dtype_of = [] {
  static_assert(sizeof(T) == 0, "a tensor holds float, double or std::int32_t");
  return DType::float32;
}();
template <>
inline constexpr DType dtype_of<float> = DType::float32;
template <>
inline constexpr DType dtype_of<double> = DType::float64;
template <>
inline constexpr DType dtype_of<std::int32_t> = DType::int32;

// Calls body(T{}) with T the element type of dtype: the one place that turns a dtype into a type.
template <class Body>
decltype(auto) with_dtype(DType dtype, Body&& body) {
  switch (dtype) {
    case DType::float64:
      return body(double{});
    case DType::int32:
      return body(std::int32_t{});
    default:
      return body(float{});
  }
}

}  // namespace ebb
