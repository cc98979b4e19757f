// The walk from a result back to where it came from; gradients and backward are two uses of it.
#pragma once

#include <autograd/tape.hpp>

namespace ebb::detail {

struct WalkOptions {
  bool create_graph;         // record what the rules compute
  bool free_graph;           // drop each node's rules when they have run
  std::uint64_t oldest = 0;  // no wanted node has a smaller id: what is older is left alone
};

// Meets every node that is wanted and that y depends on, the latest first.
using Found = std::function<void(const std::shared_ptr<Node>& node, const Variable& gradient)>;

// `seed` is the gradient that arrives at y; without it y has one element. Rules of nodes on no way
// to a wanted one do not run. Throws as gradients and backward say; `operation` names the one that
// was called. Where a walk throws, the nodes that it has not freed are whole, and those that it has
// say that it failed; an exception of `found` counts like one of a rule.
void walk(const char* operation, const Variable& y, const std::optional<Variable>& seed,
          const std::function<bool(const Node&)>& wanted, const Found& found, WalkOptions options);

}  // namespace ebb::detail
