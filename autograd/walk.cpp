#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/walk.hpp>
#include <map>

namespace ebb::detail {
namespace {

using Visits = std::map<std::uint64_t, Visit, std::greater<>>;  // latest first

Visits reachable(const char* operation, const std::shared_ptr<Node>& root) {
  Visits visits;
  std::vector<std::shared_ptr<Node>> stack = {root};
  while (!stack.empty()) {
    const std::shared_ptr<Node> node = std::move(stack.back());
    stack.pop_back();
    if (!visits.try_emplace(node->id, Visit{node, false, {}}).second) continue;
    if (node->freed)
      throw Error(
          text(operation, ": the graph behind ", node->name, " ", node->shape,
               " was freed by an earlier backward; call that one with {.keep_graph = true}"));
    for (const Edge& edge : node->edges) stack.push_back(edge.input);
  }
  return visits;
}

Variable first_gradient(const char* operation, const Variable& y,
                        const std::optional<Variable>& seed) {
  if (!seed && y.count() != 1)
    throw ShapeError(text(operation, ": the result must have one element and has shape ", y.shape(),
                          "; take its mean or sum, or ask gradients with a seed"));
  if (seed && (seed->shape() != y.shape() || seed->dtype() != y.dtype()))
    throw ShapeError(text(operation, ": the seed is ", seed->dtype(), " ", seed->shape(),
                          " but must be like the result, ", y.dtype(), " ", y.shape()));
  return seed ? *seed : ones(y.shape(), y.dtype());
}

// Carries the gradient of one node across its edges.
void cross(Visit& visit, Visits& visits) {
  Node& node = *visit.node;
  const Variable y =
      node.output ? Variable(Variable(*node.output).value(), visit.node) : Variable();
  for (const Edge& edge : node.edges) {
    Visit& input = visits.at(edge.input->id);
    if (!input.needed) continue;
    Variable dx = edge.rule(y, *visit.gradient);
    if (dx.shape() != edge.input->shape || dx.dtype() != edge.input->dtype)
      throw ShapeError(text(node.name, ": its rule gave a gradient ", dx.dtype(), " ", dx.shape(),
                            " for an input ", edge.input->dtype, " ", edge.input->shape,
                            "; they must be alike, try sum_to or cast"));
    inspect_gradient(node, dx.value());
    input.gradient = input.gradient ? *input.gradient + dx : dx;
  }
}

}  // namespace

std::vector<Visit> walk(const char* operation, const Variable& y,
                        const std::optional<Variable>& seed,
                        const std::function<bool(const Node&)>& wanted, WalkOptions options) {
  const Variable dy = first_gradient(operation, y, seed);
  std::vector<Visit> found;
  if (!y.wants_gradient()) return found;
  const NoGrad constants(!options.create_graph);
  Visits visits = reachable(operation, y.node());
  for (auto it = visits.rbegin(); it != visits.rend(); ++it) {
    Visit& visit = it->second;
    visit.needed = wanted(*visit.node);
    for (const Edge& edge : visit.node->edges) visit.needed |= visits.at(edge.input->id).needed;
  }
  visits.at(y.node()->id).gradient = dy;
  for (auto& [id, visit] : visits) {
    if (visit.needed && visit.gradient) cross(visit, visits);
    if (options.free_graph && !visit.node->edges.empty()) {
      visit.node->freed = true;
      visit.node->output.reset();
      visit.node->edges.clear();
    }
    if (visit.gradient && wanted(*visit.node)) found.push_back(std::move(visit));
    visit.gradient.reset();
  }
  return found;
}

}  // namespace ebb::detail
