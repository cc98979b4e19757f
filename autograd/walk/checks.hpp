// What a walk refuses, and what it says of a rule that fails.
#pragma once

#include <autograd/tape.hpp>

namespace ebb::detail {

// A seed must be like the result y; without one y must have one element: else ShapeError.
void check_seed(const char* operation, const Variable& y, const std::optional<Variable>& seed);

// Throws Error: a backward has freed the rules of the node, and came to its end or failed.
[[noreturn]] void refuse_freed(const char* operation, const Node& node);

// Throws ShapeError unless dx, which a rule of the node gave for the edge, is like the input.
void check_gradient(const Node& node, const Edge& edge, const Variable& dx);

// Throws the Error that is being handled once more, of the same type, with "; in the derivative of
// exp" added. A type that tensor/error.hpp does not know passes as it is.
[[noreturn]] void rethrow_in_derivative_of(const Node& node);

// f(), which is a part of the node's rule.
template <class F>
decltype(auto) in_derivative_of(const Node& node, const F& f) {
  try {
    return f();
  } catch (const Error&) {
    rethrow_in_derivative_of(node);
  }
}

}  // namespace ebb::detail
