#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/walk.hpp>
#include <map>
#include <memory_resource>

namespace ebb::detail {
namespace {

// By id, the latest node first: each stands before its inputs.
using Visits = std::pmr::map<std::uint64_t, Visit, std::greater<>>;

// Everything behind the root. Inputs are older than their node: the loop still comes to them.
Visits reachable(const char* operation, const std::shared_ptr<Node>& root,
                 std::pmr::memory_resource& memory) {
  Visits visits(&memory);
  visits[root->id].node = root;
  for (const auto& [id, visit] : visits) {
    const Node& node = *visit.node;
    if (node.freed)
      throw Error(text(operation, ": the graph behind ", node.name, " ", node.shape,
                       " was freed by an earlier backward; try {.keep_graph = true} there"));
    for (const Edge& edge : node.edges) visits[edge.input->id].node = edge.input;
  }
  return visits;
}

Variable first_gradient(const char* operation, const Variable& y,
                        const std::optional<Variable>& seed) {
  if (!seed && y.count() != 1)
    throw ShapeError(text(operation, ": the result must have one element and has shape ", y.shape(),
                          "; try its mean or sum, or gradients with a seed"));
  if (seed && (seed->shape() != y.shape() || seed->dtype() != y.dtype()))
    throw ShapeError(text(operation, ": the seed is ", seed->dtype(), " ", seed->shape(),
                          " but must be like the result, ", y.dtype(), " ", y.shape()));
  return seed ? *seed : ones(y.shape(), y.dtype());
}

// Carries the gradient of one node across its edges.
void cross(const Visit& visit, Visits& visits) {
  const Node& node = *visit.node;
  const RuleScope scope(node);
  Variable y;
  if (node.output) y = {static_cast<const Variable&>(*node.output).value(), visit.node};
  for (const Edge& edge : node.edges) {
    Visit& input = visits.at(edge.input->id);
    if (!input.needed) continue;
    const Variable dx = edge.rule(y, *visit.gradient);
    if (dx.shape() != edge.input->shape || dx.dtype() != edge.input->dtype)
      throw ShapeError(text(node.name, ": its rule gave a gradient ", dx.dtype(), " ", dx.shape(),
                            " for an input ", edge.input->dtype, " ", edge.input->shape,
                            "; they must be alike, try expand, sum_to or cast"));
    inspect_gradient(node, dx.value());
    input.gradient = input.gradient ? *input.gradient + dx : dx;
  }
}

}  // namespace

std::vector<Visit> walk(const char* operation, const Variable& y,
                        const std::optional<Variable>& seed,
                        const std::function<bool(const Node&)>& wanted, WalkOptions options) {
  const Variable dy = first_gradient(operation, y, seed);
  if (!y.wants_gradient()) return {};
  const NoGrad constants(!options.create_graph);
  std::pmr::monotonic_buffer_resource memory(1 << 14);  // one piece for a small model's step
  Visits visits = reachable(operation, y.node(), memory);
  for (auto at = visits.rbegin(); at != visits.rend(); ++at) {
    Visit& visit = at->second;
    visit.needed = visit.wanted = wanted(*visit.node);
    for (const Edge& edge : visit.node->edges) visit.needed |= visits.at(edge.input->id).needed;
  }
  visits.begin()->second.gradient = options.create_graph ? dy : dy.value();
  std::vector<Visit> found;
  for (auto& [id, visit] : visits) {
    if (visit.needed && visit.gradient) cross(visit, visits);
    if (options.free_graph && !visit.node->edges.empty()) {
      visit.node->freed = true;
      visit.node->output.reset();
      visit.node->edges.clear();
    }
    if (visit.wanted && visit.gradient) found.push_back(std::move(visit));
    visit.gradient.reset();
  }
  return found;
}

}  // namespace ebb::detail
