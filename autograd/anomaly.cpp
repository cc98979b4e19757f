#include <autograd/anomaly.hpp>
#include <cmath>
#include <tensor/reduce.hpp>

namespace ebb {
namespace {

thread_local bool active = false;

std::string in_module(const std::string& path) { return path.empty() ? "" : "; in " + path; }

std::string input_shapes(const Node& node) {
  std::string list;
  for (const Edge& edge : node.edges)
    append(list, text(list.empty() ? " of " : " and ", edge.input->shape));
  return list;
}

}  // namespace

AnomalyMode::AnomalyMode() : active_(active, true) {}

// What a rule computes on its way is looked at when it is done, under the name that the program
// knows.
void AnomalyMode::hear(const Heard& heard) {
  if (heard.derived == nullptr && !is_finite(heard.value))
    throw AnomalyError(text(heard.name, ": the first NaN or infinity is in its result ",
                            heard.value.shape(), heard.node ? input_shapes(*heard.node) : "",
                            in_module(heard.module)));
}

bool is_finite(const Tensor& x) {
  if (!is_floating(x.dtype()) || x.count() == 0) return true;
  return std::isfinite(amax(x).item()) && std::isfinite(amin(x).item());
}

void detail::inspect_gradient(const Node& node, const Tensor& gradient) {
  if (active && !is_finite(gradient))
    throw AnomalyError(text("the derivative of ", node.name, ' ', node.shape,
                            ": the first NaN or infinity is in the gradient of its input ",
                            gradient.shape(), in_module(node.where)));
}

}  // namespace ebb
