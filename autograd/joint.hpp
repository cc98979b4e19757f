// One rule for several inputs whose gradients share work, such as a normalization's:
//
//     return record("normalize", y,
//         Wrt{{x, gain, bias}, [=](const Variable& dy, const Wanted& wanted) {
//           …
//           return std::vector{dx, dgain, dbias};
//         }});
//
// Called with (dy, wanted), or with (y, dy, wanted) where it reads the output, the rule returns a
// gradient for each input, in their order; where one is not wanted an empty Variable will do. A
// walk calls it once, and does not where no input is needed.
#pragma once

#include <autograd/gradients.hpp>
#include <autograd/record.hpp>

namespace ebb {

// Which inputs this walk needs a gradient of, in their order; never a constant.
using Wanted = std::vector<bool>;

struct JointRule {
  std::size_t inputs;
  std::function<std::vector<Variable>(const Variable& y, const Variable& dy, const Wanted&)> rule;
};

template <class R>
Wrt(std::initializer_list<Variable>, R) -> Wrt<R, std::vector<Variable>>;

namespace detail {

template <class R>
void add(Draft& draft, Wrt<R, std::vector<Variable>>& inputs) {
  constexpr bool reads_output =
      std::is_invocable_v<R, const Variable&, const Variable&, const Wanted&>;
  draft.room += inputs.x.size();
  std::shared_ptr<const JointRule> shared;
  for (std::size_t i = 0; i < inputs.x.size(); ++i) {
    if (!recording() || !inputs.x[i].wants_gradient()) continue;
    if (!shared) {
      auto rule = [rule = std::move(inputs.rule)]([[maybe_unused]] const Variable& y,
                                                  const Variable& dy, const Wanted& wanted) {
        if constexpr (reads_output)
          return rule(y, dy, wanted);
        else
          return rule(dy, wanted);
      };
      shared = std::make_shared<JointRule>(JointRule{inputs.x.size(), std::move(rule)});
    }
    Edge& edge = connect(draft, inputs.x[i], reads_output);
    edge.joint = shared;
    edge.place = i;
  }
}

// For the walk: a gradient for each input of a joint rule, those that are needed.
std::vector<Variable> run(const JointRule& joint, const Node& node, const Variable& y,
                          const Variable& dy, const std::function<bool(const Edge&)>& needed);

std::vector<Variable> stand_ins(std::span<const Variable> inputs, const Wanted& wanted);
std::vector<Variable> gradients_of(const Variable& y, std::vector<Variable> stand_ins,
                                   const Variable& dy);
}  // namespace detail

// The gradients of plain(inputs…) where dy arrives: the derivative of a fused operation, taken from
// the plain one that it must equal. Empty Variables where an input is not wanted or a constant.
//     Wrt{{x, gain, bias}, [=](const Variable& dy, const Wanted& wanted) {
//       return recording() ? gradients_of(plain, {x, gain, bias}, dy, wanted)
//                          : fused(x, gain, dy, wanted);
//     }}
// Without a fused one it computes the inside of `plain` anew in each walk, instead of keeping it.
template <class Plain, std::size_t N>
[[nodiscard]] std::vector<Variable> gradients_of(const Plain& plain, const Variable (&inputs)[N],
                                                 const Variable& dy,
                                                 const Wanted& wanted = Wanted(N, true)) {
  const std::vector<Variable> x = detail::stand_ins(inputs, wanted);
  const auto result = [&]<std::size_t... I>(std::index_sequence<I...>)->Variable {
    const detail::Recording scope(true);
    return plain(x[I]...);
  };
  return detail::gradients_of(result(std::make_index_sequence<N>{}), x, dy);
}

}  // namespace ebb
