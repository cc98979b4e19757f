// Whole numbers: sums, differences and products of int32, which throw where int32 cannot hold the
// result. Plain loops, because labels and counts are few. For tensor/ alone.
#pragma once

#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>

namespace ebb::detail {

// A plain number that meets int32. Throws Error for a fraction and for what int32 cannot hold.
std::int32_t whole_number(const char* operation, double number);

// The sum of two int32, or Error.
std::int32_t add_integers(const char* operation, std::int32_t a, std::int32_t b);

// Add, Subtract, Multiply and Negate; DTypeError for any other formula.
Tensor run_integers(const char* name, int formula, const Shape& shape,
                    std::initializer_list<Argument> x);

// Under the shape over.kept.
Tensor sum_integers(const char* operation, const Reduction& over, const Tensor& x);
Tensor prod_integers(const Reduction& over, const Tensor& x);
Tensor extreme_integers(const Reduction& over, const Tensor& x, bool largest);

}  // namespace ebb::detail
