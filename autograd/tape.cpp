#include <atomic>
#include <autograd/record.hpp>
#include <tensor/common/require_value.hpp>

namespace ebb {
namespace {

std::atomic<std::uint64_t> nodes_so_far{0};
thread_local std::vector<Edge>* dying = nullptr;

}  // namespace

Saved::operator const Variable&() const {
  if (x_.value().version() == version_) return x_;
  throw Error(
      text("saved: a tensor ", x_.shape(),
           " was written after a rule had saved it; compute the gradients before you change "
           "it"));
}

Node::Node(const char* operation, const Tensor& value)
    : id(nodes_so_far.fetch_add(1, std::memory_order_relaxed)),
      name(operation),
      shape(value.shape()),
      dtype(value.dtype()) {}

// Edges own nodes, by their input and by what their rule captured. The outermost destructor takes
// one vector of edges after the other; those that run inside it only put theirs in front. The list
// runs through the edges themselves, since a destructor must not ask for memory.
Node::~Node() {
  if (edges.empty()) return;
  if (dying != nullptr) {
    edges.swap(*dying);
    dying->front().later = std::move(edges);
    return;
  }
  dying = &edges;
  while (!edges.empty()) {
    std::vector<Edge> now;
    now.swap(edges);
    edges = std::move(now.front().later);
  }
  dying = nullptr;
}

Variable leaf(const Tensor& value) {
  detail::require_value("leaf", value);
  if (!is_floating(value.dtype()))
    throw DTypeError(text("leaf: ", value.dtype(), " ", value.shape(),
                          " has no derivatives; try cast to float32 or float64"));
  return {value, std::make_shared<Node>("leaf", value)};
}

Edge& detail::connect(Draft& draft, const Variable& x, bool reads_output) {
  if (!draft.node) {
    draft.node = std::make_shared<Node>(draft.name, draft.value);
    draft.node->edges.reserve(draft.room);
  }
  if (reads_output && !draft.node->output) draft.node->output.emplace(draft.value);
  Edge& edge = draft.node->edges.emplace_back();
  edge.input = x.node();
  return edge;
}

}  // namespace ebb
