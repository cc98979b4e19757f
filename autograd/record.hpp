// How does an operation take its note? It computes its value and hands it to `record`, with its
// inputs, and for each the rule that carries a gradient from the output back to that input:
//
//     Variable square(const Variable& x) {
//       const auto rule = [x = saved(x)](const Variable& dy) { return dy * (2 * x); };
//       return record("square", square(x.value()), Wrt{x, rule});
//     }
#pragma once

#include <autograd/operation.hpp>
#include <autograd/scopes.hpp>
#include <autograd/tape.hpp>
#include <type_traits>

namespace ebb {

// "With respect to x": the rule for one input, called with (dy), or with (y, dy) where it reads the
// output (only then is the output kept; to capture y would be a cycle). For several: joint.hpp.
template <class R, class X = const Variable&>
struct Wrt {
  X x;
  R rule;
};
template <class R>
Wrt(const Variable&, R) -> Wrt<R>;

namespace detail {

// What record has in hand: the node is made when the first input wants a gradient.
struct Draft {
  const char* name;
  const Tensor& value;
  std::size_t room;  // for so many edges
  std::shared_ptr<Node> node = {};
};
Edge& connect(Draft& draft, const Variable& x, bool reads_output);  // a new one, without a rule

inline void add(Draft&, const Constant&) {}
template <class R>
void add(Draft& draft, Wrt<R>& input) {
  if (!scopes.records || !input.x.wants_gradient()) return;
  constexpr bool reads_output = std::is_invocable_v<R, const Variable&, const Variable&>;
  Edge& edge = connect(draft, input.x, reads_output);
  if constexpr (reads_output)
    edge.rule = std::move(input.rule);
  else
    edge.rule = [rule = std::move(input.rule)](const Variable&, const Variable& dy) {
      return rule(dy);
    };
}
template <class R>
void add(Draft& draft, std::vector<Wrt<R>>& inputs) {
  draft.room += inputs.size();
  for (Wrt<R>& input : inputs) add(draft, input);
}

// All inputs in their order, for those who listen.
inline void list(std::vector<Input>& all, const Constant& input) { all.push_back(input.x); }
template <class R>
void list(std::vector<Input>& all, const Wrt<R>& input) {
  all.emplace_back(input.x);
}
template <class R>
void list(std::vector<Input>& all, const Wrt<R, std::vector<Variable>>& inputs) {
  all.insert(all.end(), inputs.x.begin(), inputs.x.end());
}
template <class One>
void list(std::vector<Input>& all, const std::vector<One>& inputs) {
  for (const One& input : inputs) list(all, input);
}

}  // namespace detail

// The Variable of a computed value. All inputs come in the operation's order: each as a Wrt, or
// several as a vector of them, or as a Constant. The rule of an input that wants no gradient is
// dropped, and all that it captured.
template <class... Inputs>
Variable record(const detail::Operation& operation, Tensor value, Inputs... inputs) {
  detail::Draft draft = {operation.name, value, sizeof...(inputs)};
  (add(draft, inputs), ...);
  if (detail::scopes.listener != nullptr) [[unlikely]] {
    std::vector<Input> all;
    (detail::list(all, inputs), ...);
    detail::tell(operation, value, draft.node.get(), all);
  }
  return {std::move(value), std::move(draft.node)};
}

}  // namespace ebb
