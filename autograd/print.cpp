// Variables as text: the tensor, and which operation made it.
#include <autograd/tape.hpp>
#include <ostream>

namespace ebb {

std::string to_string(const Variable& x) {
  std::string out = to_string(x.value());
  if (!x.wants_gradient()) return out;
  const Node& node = *x.node();
  out.pop_back();  // the bracket that closes
  if (std::string_view(node.name) == "leaf")
    append(out, text(", leaf", node.where.empty() ? "" : " ", node.where));
  else
    append(out, text(", by ", node.name));
  return out + ')';
}

std::ostream& operator<<(std::ostream& out, const Variable& x) { return out << to_string(x); }

}  // namespace ebb
