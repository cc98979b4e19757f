#include <autograd/walk/checks.hpp>
#include <typeinfo>

namespace ebb::detail {

void check_seed(const char* operation, const Variable& y, const std::optional<Variable>& seed) {
  if (!seed && y.count() != 1)
    throw ShapeError(text(operation, ": the result must have one element and has shape ", y.shape(),
                          "; try its mean or sum, or gradients with a seed"));
  if (seed && (seed->shape() != y.shape() || seed->dtype() != y.dtype()))
    throw ShapeError(text(operation, ": the seed is ", seed->dtype(), " ", seed->shape(),
                          " but must be like the result, ", y.dtype(), " ", y.shape()));
}

void refuse_freed(const char* operation, const Node& node) {
  if (node.failed)
    throw Error(text(operation, ": the graph behind ", node.name, " ", node.shape,
                     " was spent by a backward that failed; try to compute the result again, or "
                     "{.keep_graph = true} there"));
  throw Error(text(operation, ": the graph behind ", node.name, " ", node.shape,
                   " was freed by an earlier backward; try {.keep_graph = true} there"));
}

void check_gradient(const Node& node, const Edge& edge, const Variable& dx) {
  if (dx.shape() != edge.input->shape || dx.dtype() != edge.input->dtype)
    throw ShapeError(text(node.name, ": its rule gave a gradient ", dx.dtype(), " ", dx.shape(),
                          " for an input ", edge.input->dtype, " ", edge.input->shape,
                          "; they must be alike, try expand, sum_to or cast"));
}

namespace {

// Is the error of this very type? Then throws it again with words added.
template <class E>
void rethrow_as(const Error& error, const std::string& added) {
  if (typeid(error) == typeid(E)) throw E(text(error.what(), added));
}

}  // namespace

void rethrow_in_derivative_of(const Node& node) {
  try {
    throw;
  } catch (const Error& error) {
    const std::string added = text("; in the derivative of ", node.name);
    rethrow_as<Error>(error, added);
    rethrow_as<ShapeError>(error, added);
    rethrow_as<DTypeError>(error, added);
    rethrow_as<FormatError>(error, added);
    rethrow_as<IoError>(error, added);
    rethrow_as<MemoryError>(error, added);
    throw;
  }
}

}  // namespace ebb::detail
