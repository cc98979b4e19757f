#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/sequences/recurrent.hpp>
#include <tensor/kernels/sequences/gates.hpp>

namespace ebb {
namespace {

using detail::Recurrence;
using Variables = std::vector<Variable>;
using V = const Variable&;

// Its parts along the last axis, one for each gate.
Variables by_gate(const Variable& x, std::int64_t hidden) {
  Variables parts;
  for (std::int64_t i = 0; i < x.size(-1); i += hidden)
    parts.push_back(slice(x, -1, i, i + hidden));
  return parts;
}

// What a step makes of a state (h, or h and c).
void step(const Variables& x, const Variables& h, Variables& state) {
  Variable a, b, c, d;  // the gates
  if (state.size() == 1) {
    const Variable before = state[0];
    kernels::GruStep{}(state[0], a, b, c, d, x[0], x[1], x[2], h[0], h[1], h[2], before);
  } else {
    const Variable before = state[1];
    kernels::LstmStep{}(state[0], state[1], a, b, c, d, x[0], x[1], x[2], x[3], h[0], h[1], h[2],
                        h[3], before);
  }
}

// The definition: the same formulas, recorded operation by operation.
Variable plain(const Variable& x, Variables state, const Variable& weight_ih,
               const Variable& weight_hh, const Variable& bias_ih, const Variable& bias_hh,
               const RecurrentOptions& options) {
  const std::int64_t steps = x.size(0), hidden = weight_hh.size(1);
  const Variable from_x = linear(x, weight_ih, bias_ih);
  const Tensor there =
      options.lengths ? detail::steps_there(steps, *options.lengths, x.dtype()) : Tensor();
  std::vector<Variables> all(state.size(), Variables(static_cast<std::size_t>(steps) + 1));
  const auto put = [&](std::int64_t place) {
    for (std::size_t s = 0; s < state.size(); ++s)
      all[s][static_cast<std::size_t>(place)] = state[s];
  };
  put(options.reverse ? steps : 0);
  for (std::int64_t i = 0; i < steps; ++i) {
    const std::int64_t t = options.reverse ? steps - 1 - i : i;
    const Variables before = state;
    step(by_gate(from_x[t], hidden), by_gate(linear(state[0], weight_hh, bias_hh), hidden), state);
    if (options.lengths)
      for (std::size_t s = 0; s < state.size(); ++s)
        state[s] = where(there[t], state[s], before[s]);
    put(options.reverse ? t : t + 1);
  }
  return state.size() == 1 ? stack(all[0]) : stack({stack(all[0]), stack(all[1])});
}

Variables as_variables(std::vector<Tensor> tensors) {
  return {std::make_move_iterator(tensors.begin()), std::make_move_iterator(tensors.end())};
}

// In steps that an example does not have x may be anything, NaN too: its gradient there is 0, and
// the weights' do not see it.
Variable only_there(const Variable& x, const RecurrentOptions& options) {
  if (!options.lengths) return x;
  return where(detail::steps_there(x.size(0), *options.lengths, x.dtype()), x, 0);
}

std::vector<std::int64_t> numbers(const std::optional<Tensor>& lengths) {
  if (!lengths) return {};
  const std::vector<std::int32_t> all = lengths->to_vector<std::int32_t>();
  return {all.begin(), all.end()};
}

// `of` holds the values of x and the others, which are the inputs of `definition` in its order.
template <class Definition, class... Others>
Variable record_steps(const char* operation, Recurrence of, const Definition& definition,
                      const Variable& input, const Others&... others) {
  detail::check(operation, of);
  const Variable x = only_there(input, of.options);
  of.x = x.value();
  detail::run(of, recording() && (x.wants_gradient() || ... || others.wants_gradient()));
  const Tensor states = std::exchange(of.states, {});
  const auto rule = [of, definition, kept = std::tuple(saved(x), saved(others)...)](
                        const Variable& y, const Variable& dy, const Wanted& wanted) {
    const auto back = [&](const Variable& first,
                          const std::convertible_to<Variable> auto&... rest) {
      return recording() ? gradients_of(definition, {first, rest...}, dy, wanted)
                         : as_variables(run_back(of, y.value(), dy.value(), wanted));
    };
    return std::apply(back, kept);
  };
  const std::vector<std::int64_t> lengths = numbers(of.options.lengths);
  return record({operation, {{"reverse", of.options.reverse}, {"lengths", lengths}}}, states,
                Wrt{{x, others...}, rule});
}

}  // namespace

Variable gru(const Variable& x, const Variable& state, const Variable& weight_ih,
             const Variable& weight_hh, const Variable& bias_ih, const Variable& bias_hh,
             const RecurrentOptions& options) {
  const auto definition = [options](V of, V h, V w_ih, V w_hh, V b_ih, V b_hh) {
    return plain(of, {h}, w_ih, w_hh, b_ih, b_hh, options);
  };
  return record_steps("gru",
                      {x.value(),
                       weight_ih.value(),
                       weight_hh.value(),
                       bias_ih.value(),
                       bias_hh.value(),
                       {state.value()},
                       options},
                      definition, x, state, weight_ih, weight_hh, bias_ih, bias_hh);
}

Variable lstm(const Variable& x, const Variable& state, const Variable& cell,
              const Variable& weight_ih, const Variable& weight_hh, const Variable& bias_ih,
              const Variable& bias_hh, const RecurrentOptions& options) {
  const auto definition = [options](V of, V h, V c, V w_ih, V w_hh, V b_ih, V b_hh) {
    return plain(of, {h, c}, w_ih, w_hh, b_ih, b_hh, options);
  };
  return record_steps("lstm",
                      {x.value(),
                       weight_ih.value(),
                       weight_hh.value(),
                       bias_ih.value(),
                       bias_hh.value(),
                       {state.value(), cell.value()},
                       options},
                      definition, x, state, cell, weight_ih, weight_hh, bias_ih, bias_hh);
}

}  // namespace ebb
