#include <algorithm>
#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/walk.hpp>
#include <queue>

namespace ebb::detail {
namespace {

// Everything behind the root, each node before its inputs: the heap hands out the latest first.
std::vector<Visit> reachable(const char* operation, const std::shared_ptr<Node>& root) {
  using Pointer = const std::shared_ptr<Node>*;
  const auto older = [](Pointer a, Pointer b) { return (*a)->id < (*b)->id; };
  std::vector<Pointer> room;
  std::vector<Visit> visits;
  room.reserve(64);  // enough for a small model's step
  visits.reserve(64);
  std::priority_queue ahead(older, std::move(room));
  for (ahead.push(&root); !ahead.empty();) {
    const std::shared_ptr<Node>& node = *ahead.top();
    ahead.pop();
    if (!visits.empty() && visits.back().node == node) continue;
    if (node->freed)
      throw Error(text(operation, ": the graph behind ", node->name, " ", node->shape,
                       " was freed by an earlier backward; try {.keep_graph = true} there"));
    visits.push_back({node});
    for (const Edge& edge : node->edges) ahead.push(&edge.input);
  }
  return visits;
}

Visit& visit_of(const std::shared_ptr<Node>& node, std::vector<Visit>& visits) {
  return *std::lower_bound(visits.begin(), visits.end(), node->id,
                           [](const Visit& visit, auto id) { return visit.node->id > id; });
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
void cross(const Visit& visit, std::vector<Visit>& visits) {
  const Node& node = *visit.node;
  const RuleScope scope(node);
  Variable y;
  if (node.output) y = {static_cast<const Variable&>(*node.output).value(), visit.node};
  for (const Edge& edge : node.edges) {
    Visit& input = visit_of(edge.input, visits);
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
  std::vector<Visit> visits = reachable(operation, y.node());
  for (auto visit = visits.rbegin(); visit != visits.rend(); ++visit) {
    visit->needed = visit->wanted = wanted(*visit->node);
    for (const Edge& edge : visit->node->edges)
      visit->needed |= visit_of(edge.input, visits).needed;
  }
  visits.front().gradient = options.create_graph ? dy : dy.value();
  for (Visit& visit : visits) {
    if (visit.needed && visit.gradient) cross(visit, visits);
    if (!visit.wanted) visit.gradient.reset();
    if (!options.free_graph || visit.node->edges.empty()) continue;
    visit.node->freed = true;
    visit.node->output.reset();
    visit.node->edges.clear();
  }
  std::erase_if(visits, [](const Visit& visit) { return !visit.gradient; });
  return visits;
}

}  // namespace ebb::detail
