#include <atomic>
#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/tape.hpp>
#include <map>
#include <unordered_map>

namespace ebb {
namespace {

std::atomic<std::uint64_t> nodes_so_far{0};
thread_local bool records = true;
thread_local std::vector<Edge>* draining = nullptr;

}  // namespace

Saved::operator const Variable&() const {
  if (x_.value().version() != version_)
    throw Error(text("backward: a tensor ", x_.shape(),
                     " was written after an operation had saved ",
                     "it for its derivative; compute the gradients before you change it"));
  return x_;
}

Node::Node(const char* operation, const Tensor& value)
    : id(nodes_so_far.fetch_add(1, std::memory_order_relaxed)),
      name(operation),
      shape(value.shape()),
      dtype(value.dtype()) {}

// Edges own nodes, by their input and by what their rule captured. The outermost destructor empties
// the list, those that run inside it only add to it.
Node::~Node() {
  std::vector<Edge> edges_left = std::move(edges);
  if (draining != nullptr) {
    for (Edge& edge : edges_left) draining->push_back(std::move(edge));
    return;
  }
  draining = &edges_left;
  while (!edges_left.empty()) {
    const Edge edge = std::move(edges_left.back());
    edges_left.pop_back();
  }
  draining = nullptr;
}

Variable leaf(const Tensor& value) {
  if (!is_floating(value.dtype()))
    throw DTypeError(text("leaf: ", value.dtype(), " ", value.shape(),
                          " has no derivatives; try cast to float32 or float64"));
  auto node = std::make_shared<Node>("leaf", value);
  node->is_leaf = true;
  return {value, std::move(node)};
}

NoGrad::NoGrad(bool active) : before_(records) { records = records && !active; }
NoGrad::~NoGrad() { records = before_; }
bool recording() { return records; }

namespace detail {
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

}  // namespace detail

std::vector<Variable> gradients(const Variable& y, std::span<const Variable> inputs,
                                const GradientOptions& options) {
  std::unordered_map<const Node*, Variable> wanted;
  for (const Variable& input : inputs) {
    if (!input.wants_gradient())
      throw Error(text("gradients: input ", &input - inputs.data(), " of shape ", input.shape(),
                       " is a constant; make it with leaf, or compute it from one"));
    wanted.emplace(input.node().get(), zeros(input.shape(), input.dtype()));
  }
  const auto found = detail::walk("gradients", y, options.seed,
                                  [&](const Node& node) { return wanted.contains(&node); },
                                  {options.create_graph, false});
  for (const detail::Visit& visit : found) wanted.at(visit.node.get()) = *visit.gradient;
  std::vector<Variable> result;
  for (const Variable& input : inputs) result.push_back(wanted.at(input.node().get()));
  return result;
}

}  // namespace ebb
