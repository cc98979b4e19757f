// Matrix products of Variables: the functions of tensor/matmul.hpp, recorded.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>
#include <tensor/matmul.hpp>

namespace ebb {

// dA = dC Bᵀ and dB = Aᵀ dC; leading axes that were broadcast are summed.
Variable matmul(const Variable& a, const Variable& b);

// Products of two vectors; their derivatives are multiples of the other one.
Variable dot(const Variable& a, const Variable& b);
Variable outer(const Variable& a, const Variable& b);

// x Wᵀ + bias, or x Wᵀ. The gradient of W has W's memory order where W is a transposed view.
Variable linear(const Variable& x, const Variable& weight, const Variable& bias);
Variable linear(const Variable& x, const Variable& weight);

}  // namespace ebb
