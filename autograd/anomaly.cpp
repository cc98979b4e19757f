#include <autograd/anomaly.hpp>
#include <cmath>
#include <tensor/reduce.hpp>

namespace ebb {
namespace {

thread_local bool active = false;
thread_local const std::string* module_path = nullptr;
thread_local const Node* derived = nullptr;

std::string in_module(const std::string& path) { return path.empty() ? "" : "; in " + path; }

std::string input_shapes(const Node& node) {
  std::string list;
  for (const Edge& edge : node.edges)
    append(list, text(list.empty() ? " of " : " and ", edge.input->shape));
  return list;
}

}  // namespace

AnomalyMode::AnomalyMode() : before_(active) { active = true; }
AnomalyMode::~AnomalyMode() { active = before_; }

ModuleScope::ModuleScope(const std::string& path) : before_(module_path) { module_path = &path; }
ModuleScope::~ModuleScope() { module_path = before_; }

bool is_finite(const Tensor& x) {
  if (!is_floating(x.dtype()) || x.count() == 0) return true;
  return std::isfinite(amax(x).item()) && std::isfinite(amin(x).item());
}

namespace detail {

RuleScope::RuleScope(const Node& node) : before_(derived) { derived = &node; }
RuleScope::~RuleScope() { derived = before_; }
const char* operation_being_derived() { return derived ? derived->name : "saved"; }

void inspect(const char* name, const Tensor& value, Node* node) {
  if (!active) return;
  const std::string path = derived ? derived->where : module_path ? *module_path : "";
  if (node != nullptr) node->where = path;
  // What a rule computes on its way is looked at when it is done, under the name that the program
  // knows.
  if (!derived && !is_finite(value))
    throw AnomalyError(text(name, ": the first NaN or infinity is in its result ", value.shape(),
                            node ? input_shapes(*node) : "", in_module(path)));
}

void inspect_gradient(const Node& node, const Tensor& gradient) {
  if (active && !is_finite(gradient))
    throw AnomalyError(text("the derivative of ", node.name, ' ', node.shape,
                            ": the first NaN or infinity is in the gradient of its input ",
                            gradient.shape(), in_module(node.where)));
}

}  // namespace detail
}  // namespace ebb
