#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/joint.hpp>
#include <autograd/walk.hpp>
#include <autograd/walk/checks.hpp>
#include <map>
#include <memory_resource>

namespace ebb::detail {
namespace {

struct Visit {
  std::shared_ptr<Node> node;
  bool wanted = false, needed = false;  // needed: wanted, or on the way to a wanted one
  std::optional<Variable> gradient = {};
};

// By id, the latest node first: each stands before its inputs.
using Visits = std::pmr::map<std::uint64_t, Visit, std::greater<>>;

// All that is behind the root. Inputs are older than their node: the loop still comes to them.
Visits reachable(const char* operation, const std::shared_ptr<Node>& root, std::uint64_t oldest,
                 std::pmr::memory_resource& memory) {
  Visits visits(&memory);
  visits[root->id].node = root;
  for (const auto& [id, visit] : visits) {
    if (visit.node->freed) refuse_freed(operation, *visit.node);
    for (const Edge& edge : visit.node->edges)
      if (edge.input->id >= oldest) visits[edge.input->id].node = edge.input;
  }
  return visits;
}

// The visit of an edge's input, or nullptr where this walk does not need it.
Visit* needed(const Edge& edge, Visits& visits) {
  const auto at = visits.find(edge.input->id);
  return at != visits.end() && at->second.needed ? &at->second : nullptr;
}

// The output of a node, as its rules read it: joined to the node.
Variable output_of(const Visit& visit) {
  if (!visit.node->output) return {};
  const Variable& y =
      in_derivative_of(*visit.node, [&]() -> const Variable& { return *visit.node->output; });
  return {y.value(), visit.node};
}

// Carries the gradient of one node across its edges.
void cross(const Visit& visit, Visits& visits) {
  const Node& node = *visit.node;
  const RuleScope scope(node);
  const Variable y = output_of(visit);
  const Variable& dy = *visit.gradient;
  const JointRule* joint = nullptr;  // the last that ran, and what it gave
  std::vector<Variable> given;
  const auto is_needed = [&](const Edge& edge) { return needed(edge, visits) != nullptr; };
  for (const Edge& edge : node.edges) {
    Visit* const input = needed(edge, visits);
    if (input == nullptr) continue;
    if (edge.joint && edge.joint.get() != joint) {
      joint = edge.joint.get();
      given = run(*joint, node, y, dy, is_needed);
    }
    const Variable dx =
        edge.joint ? given[edge.place] : in_derivative_of(node, [&] { return edge.rule(y, dy); });
    check_gradient(node, edge, dx);
    inspect_gradient(node, dx.value());
    input->gradient = input->gradient ? *input->gradient + dx : dx;
  }
}

// Goes from the first visit, which has its gradient, to the last.
void go_back(Visits& visits, const Found& found, bool free_graph) {
  for (auto& [id, visit] : visits) {
    if (visit.needed && visit.gradient) cross(visit, visits);
    if (free_graph && !visit.node->edges.empty()) {
      visit.node->freed = true;
      visit.node->output.reset();
      visit.node->edges.clear();
    }
    if (visit.wanted && visit.gradient) found(visit.node, *visit.gradient);
    visit.gradient.reset();
  }
}

}  // namespace

void walk(const char* operation, const Variable& y, const std::optional<Variable>& seed,
          const std::function<bool(const Node&)>& wanted, const Found& found, WalkOptions options) {
  check_seed(operation, y, seed);
  if (!y.wants_gradient()) return;
  const Recording scope(options.create_graph);
  std::pmr::monotonic_buffer_resource memory(1 << 14);  // one piece for a small model's step
  Visits visits = reachable(operation, y.node(), options.oldest, memory);
  for (auto at = visits.rbegin(); at != visits.rend(); ++at) {
    Visit& visit = at->second;
    visit.needed = visit.wanted = wanted(*visit.node);
    for (const Edge& edge : visit.node->edges) visit.needed |= needed(edge, visits) != nullptr;
  }
  const Variable dy = seed ? *seed : ones(y.shape(), y.dtype());
  visits.begin()->second.gradient = options.create_graph ? dy : dy.value();
  try {
    go_back(visits, found, options.free_graph);
  } catch (...) {
    for (auto& [id, visit] : visits) visit.node->failed = visit.node->freed;
    throw;
  }
}

}  // namespace ebb::detail
