// What general compressors make of the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <tensor/tensor.hpp>

namespace ebb::tools {

// The size in bytes of what xz -9e, or bzip2 -9, makes of them: a file, with its header and check
// sums. Throw std::bad_alloc.
std::size_t xz_size(std::string_view bytes);
std::size_t bzip2_size(std::string_view bytes);

// Images [n, …] in [0, 1] one after the other: a byte of 0 to 255 for each element or, where all
// are 0 or 1, a bit, eight to a byte.
std::string bytes_of(const Tensor& images);
// Are all elements 0 or 1?
bool is_binary(const Tensor& images);

}  // namespace ebb::tools
