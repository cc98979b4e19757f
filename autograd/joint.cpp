#include <autograd/joint.hpp>
#include <autograd/walk/checks.hpp>
#include <tensor/makers.hpp>

namespace ebb::detail {

std::vector<Variable> run(const JointRule& joint, const Node& node, const Variable& y,
                          const Variable& dy, const std::function<bool(const Edge&)>& needed) {
  Wanted wanted(joint.inputs);
  for (const Edge& edge : node.edges)
    if (edge.joint.get() == &joint) wanted[edge.place] = needed(edge);
  std::vector<Variable> dx = in_derivative_of(node, [&] { return joint.rule(y, dy, wanted); });
  if (dx.size() != wanted.size())
    throw Error(text(node.name, ": its rule gave ", dx.size(), " gradients for ", wanted.size(),
                     " inputs; give each one, or an empty Variable where it is not wanted"));
  return dx;
}

// What the plain operation sees in place of its inputs. They are new, so that no other way leads to
// them, not even where one input was computed from another, and the walk looks at nothing older;
// behind them stand the inputs, so that gradients have gradients.
std::vector<Variable> stand_ins(std::span<const Variable> inputs, const Wanted& wanted) {
  if (wanted.size() != inputs.size())
    throw Error(text("gradients_of: ", wanted.size(), " answers to which of ", inputs.size(),
                     " inputs are wanted; try one for each"));
  const Recording scope(true);
  std::vector<Variable> result;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto rule = [](const Variable& dy) { return dy; };
    result.push_back(wanted[i] ? record("input", inputs[i].value(), Wrt{inputs[i], rule})
                               : Variable(inputs[i].value()));
  }
  return result;
}

std::vector<Variable> gradients_of(const Variable& y, std::vector<Variable> stand_ins,
                                   const Variable& dy) {
  std::vector<Variable> wanted;
  for (const Variable& x : stand_ins)
    if (x.wants_gradient()) wanted.push_back(x);
  std::vector<Variable> found;
  if (y.wants_gradient())
    found = gradients(y, wanted, {.create_graph = recording(), .seed = dy});
  else  // a constant, whatever its inputs are
    for (const Variable& x : wanted) found.push_back(zeros(x.shape(), x.dtype()));
  auto next = found.begin();
  for (Variable& x : stand_ins) x = x.wants_gradient() ? std::move(*next++) : Variable();
  return stand_ins;
}

}  // namespace ebb::detail
