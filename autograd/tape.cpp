#include <atomic>
#include <autograd/walk.hpp>
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
