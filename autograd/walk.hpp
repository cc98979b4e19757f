// The walk from a result back to where it came from; gradients and backward are two uses of it.
#pragma once

#include <autograd/tape.hpp>

namespace ebb::detail {

struct Visit {
  std::shared_ptr<Node> node;
  bool wanted = false, needed = false;  // needed: wanted, or on the way to a wanted one
  std::optional<Variable> gradient = {};
};

struct WalkOptions {
  bool create_graph;  // record what the rules compute
  bool free_graph;    // drop each node's rules when they have run
};

// The gradients of all nodes that are wanted, the latest node first. `seed` is the gradient that
// arrives at y; without it y has one element. Rules of nodes on no way to a wanted one do not run.
// Throws as gradients and backward say; `operation` names the one that was called.
std::vector<Visit> walk(const char* operation, const Variable& y,
                        const std::optional<Variable>& seed,
                        const std::function<bool(const Node&)>& wanted, WalkOptions options);

}  // namespace ebb::detail
