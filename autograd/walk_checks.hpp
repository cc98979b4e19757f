// What a walk refuses.
#pragma once

#include <autograd/tape.hpp>

namespace ebb::detail {

// A seed must be like the result y; without one y must have one element: else ShapeError.
void check_seed(const char* operation, const Variable& y, const std::optional<Variable>& seed);

// Throws Error: a backward has freed the rules of the node, and came to its end or failed.
[[noreturn]] void refuse_freed(const char* operation, const Node& node);

// Throws ShapeError unless dx, which a rule of the node gave for the edge, is like the input.
void check_gradient(const Node& node, const Edge& edge, const Variable& dx);

}  // namespace ebb::detail
