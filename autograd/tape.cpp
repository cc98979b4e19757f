#include <algorithm>
#include <atomic>
#include <autograd/anomaly.hpp>
#include <autograd/tape.hpp>
#include <autograd/walk.hpp>
#include <iterator>
#include <unordered_map>

namespace ebb {
namespace {

std::atomic<std::uint64_t> nodes_so_far{0};
thread_local bool records = true;
thread_local std::vector<Edge>* draining = nullptr;

}  // namespace

Saved::operator const Variable&() const {
  if (x_.value().version() == version_) return x_;
  throw Error(text(detail::operation_being_derived(), ": a tensor ", x_.shape(),
                   " was written after its derivative had saved it; compute the gradients before "
                   "you change it"));
}

Node::Node(const char* operation, const Tensor& value)
    : id(nodes_so_far.fetch_add(1, std::memory_order_relaxed)),
      name(operation),
      shape(value.shape()),
      dtype(value.dtype()) {}

// Edges own nodes, by their input and by what their rule captured. The outermost destructor empties
// the list, those that run inside it only add to it.
Node::~Node() {
  if (draining != nullptr) {
    std::move(edges.begin(), edges.end(), std::back_inserter(*draining));
    return;
  }
  draining = &edges;
  while (!edges.empty()) {
    const Edge edge = std::move(edges.back());
    edges.pop_back();
  }
  draining = nullptr;
}

Variable leaf(const Tensor& value) {
  if (!is_floating(value.dtype()))
    throw DTypeError(text("leaf: ", value.dtype(), " ", value.shape(),
                          " has no derivatives; try cast to float32 or float64"));
  return {value, std::make_shared<Node>("leaf", value)};
}

NoGrad::NoGrad(bool active) : before_(records) { records = records && !active; }
NoGrad::~NoGrad() { records = before_; }
bool recording() { return records; }

void detail::connect(std::shared_ptr<Node>& node, std::size_t room, const char* name,
                     const Tensor& value, Wrt<Rule> input, bool reads_output) {
  if (!node) {
    node = std::make_shared<Node>(name, value);
    node->edges.reserve(room);
  }
  if (reads_output && !node->output) node->output.emplace(value);
  node->edges.push_back({input.x.node(), std::move(input.rule)});
}

std::vector<Variable> gradients(const Variable& y, std::span<const Variable> inputs,
                                const GradientOptions& options) {
  std::unordered_map<const Node*, std::optional<Variable>> found;
  for (const Variable& input : inputs) {
    if (!input.wants_gradient())
      throw Error(text("gradients: input ", &input - inputs.data(), " of shape ", input.shape(),
                       " is a constant; try leaf, or compute it from one"));
    found[input.node().get()];
  }
  const auto wanted = [&](const Node& node) { return found.contains(&node); };
  for (detail::Visit& visit :
       detail::walk("gradients", y, options.seed, wanted, {options.create_graph, false}))
    found[visit.node.get()] = std::move(visit.gradient);
  std::vector<Variable> result;
  for (const Variable& input : inputs) {
    const std::optional<Variable>& dx = found[input.node().get()];
    result.push_back(dx ? *dx : zeros(input.shape(), input.dtype()));
  }
  return result;
}

}  // namespace ebb
