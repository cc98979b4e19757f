// What is there to compute with? For operations alone.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb::detail {

[[noreturn]] void refuse_without_value(const char* operation);

// Throws Error for a Tensor that was only declared, or moved from: a sum that begins with it would
// lose what is added.
inline void require_value(const char* operation, const Tensor& x) {
  if (x.storage() == nullptr) refuse_without_value(operation);
}

}  // namespace ebb::detail
