// How a matrix product that need not be cut for the caches goes through the kernels.
#pragma once

#include <cstdint>
#include <tensor/kernels/table.hpp>
#include <tensor/shape.hpp>

namespace ebb::detail {

// The kernel for a dtype on the instruction set in use, and what its pointers count by.
struct Machine {
  const kernels::MatmulKernels::Type& kernel;
  std::int64_t bytes;

  void* at(const void* data, std::int64_t elements) const {
    if (data == nullptr) return nullptr;  // a bias that is not there
    return const_cast<char*>(static_cast<const char*>(data)) + elements * bytes;
  }
};

// May tiles read b where it lies? Else it is packed first.
bool can_read_in_place(const Machine& machine, const kernels::MatmulBlock& x);

struct MatmulPlan {
  kernels::MatmulBlock block;  // as it stands, or turned around: bᵀ aᵀ = cᵀ has the same numbers
  bool along_k;                // by sums along k, or else by tiles
};

// The plan that costs least. It depends on shapes and strides alone.
MatmulPlan cheapest_plan(const Machine& machine, const kernels::MatmulBlock& x);

}  // namespace ebb::detail
