// A number for each of an image's two axes.
#pragma once

#include <concepts>
#include <cstdint>
#include <tensor/error.hpp>

namespace ebb {

// Height and width; one number stands for both.
//     Pair stride = 2, kernel = {3, 5};
struct Pair {
  std::int64_t height, width;

  template <std::integral Number>
  constexpr Pair(Number both) : Pair(both, both) {}
  constexpr Pair(std::int64_t along_height, std::int64_t along_width)
      : height(along_height), width(along_width) {}
  friend constexpr bool operator==(const Pair&, const Pair&) = default;
};

}  // namespace ebb
