#include <cstring>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>
#include <tensor/sequences/passage.hpp>
#include <utility>

namespace ebb {
namespace {

using detail::Addresses, detail::as_rows, detail::kept_gates, detail::loop_of,
    detail::over_examples, detail::Passage, detail::Recurrence, detail::rows_at;

// What goes back through the steps. An LSTM's gates add x's and h's parts, so that one gradient
// serves both.
struct Back {
  Tensor from_x, from_h;     // the gradients of the gates' parts, [steps, batch, gates hidden]
  Tensor carried[2], later;  // [states, batch, hidden], what comes and what goes; [batch, hidden]
};

// In a step that an example does not have all gradients pass.
void pass_by(const Passage& over, const Tensor& dstates, const Back& back, std::int64_t t,
             std::int64_t b) {
  const Tensor &carried = back.carried[0], &carry = back.carried[1];
  const auto zero = [&](const Tensor& x) {
    const std::int64_t columns = over.gates * over.hidden;
    std::memset(over.at(x, (t * over.batch + b) * columns), 0,
                static_cast<std::size_t>(columns * over.bytes));
  };
  zero(back.from_x);
  if (over.states == 1) zero(back.from_h);
  with_dtype(over.dtype, [&]<class T>(T) {
    for (std::int64_t s = 0; s < over.states; ++s) {
      const std::int64_t place = (s * over.batch + b) * over.hidden;
      const auto from = [&](const char* x) { return reinterpret_cast<const T*>(x); };
      const T* const dy = from(over.state(dstates, s, over.after(t), b));
      const T* const came = from(over.at(carried, place));
      const T* const later = from(over.at(back.later, b * over.hidden));
      T* const goes = reinterpret_cast<T*>(over.at(carry, place));
      for (std::int64_t u = 0; u < over.hidden; ++u)
        goes[u] = dy[u] + came[u] + (s == 0 ? later[u] : T(0));
    }
  });
}

void step_back(const Passage& over, const Tensor& gates, const Tensor& states,
               const Tensor& dstates, const Back& back, std::int64_t t, std::int64_t b) {
  const Tensor &carried = back.carried[0], &carry = back.carried[1];
  const std::int64_t hidden = over.hidden, example = t * over.batch + b;
  Addresses x, y;
  for (std::int64_t s = 0; s < over.states; ++s) {
    x.add(over.state(dstates, s, over.after(t), b));
    x.add(over.at(carried, (s * over.batch + b) * hidden));
    y.add(over.at(carry, (s * over.batch + b) * hidden));
  }
  x.add(over.at(back.later, b * hidden));
  x.add(over, over.at(gates, example * kept_gates * hidden), kept_gates);
  x.add(over.state(states, over.states - 1, over.before(t), b));
  if (over.states == 2) x.add(over.state(states, 1, over.after(t), b));
  y.add(over, over.at(back.from_x, example * over.gates * hidden), over.gates);
  if (over.states == 1)
    y.add(over, over.at(back.from_h, example * over.gates * hidden), over.gates);
  loop_of<kernels::GruStepBack, kernels::LstmStepBack>(over)(y.list, x.list, hidden);
}

Back go_back(const Passage& over, const Recurrence& of, const Tensor& states,
             const Tensor& dstates) {
  const std::int64_t hidden = over.hidden, columns = over.gates * hidden;
  Back back;
  back.from_x = empty({over.steps, over.batch, columns}, over.dtype);
  back.from_h = over.states == 1 ? empty(back.from_x.shape(), over.dtype) : back.from_x;
  back.carried[0] = zeros({over.states, over.batch, hidden}, over.dtype);
  back.carried[1] = empty(back.carried[0].shape(), over.dtype);
  back.later = zeros({over.batch, hidden}, over.dtype);
  const Tensor weight = contiguous(of.weight_hh);
  for (std::int64_t i = over.steps; i-- > 0;) {
    const std::int64_t t = over.step(i);
    over_examples(over, [&](std::int64_t b) {
      if (over.has_step(b, t))
        step_back(over, of.gates, states, dstates, back, t, b);
      else
        pass_by(over, dstates, back, t, b);
    });
    std::swap(back.carried[0], back.carried[1]);
    matmul_blocks(over.dtype, over.batch, hidden, columns,
                  rows_at(over.at(back.from_h, t * over.batch * columns), columns),
                  rows_at(weight.raw(), hidden), nullptr, back.later.raw(), hidden);
  }
  return back;
}

}  // namespace

// The gradients of the weights sum over all steps: one product each.
std::vector<Tensor> detail::run_back(const Recurrence& of, const Tensor& y, const Tensor& dstates,
                                     const std::vector<bool>& wanted) {
  const Passage over(of);
  const Tensor dy = contiguous(dstates);
  const Back back = go_back(over, of, y, dy);
  const Tensor from_x = as_rows(back.from_x), from_h = as_rows(back.from_h);
  std::vector<Tensor> all(wanted.size());
  auto which = wanted.begin();
  auto next = all.begin();
  const auto give = [&](const auto& make) {
    if (*which++) *next = make();
    ++next;
  };
  give([&] { return reshape(matmul(from_x, of.weight_ih), of.x.shape()); });
  const Shape one_state = {over.states, over.steps + 1, over.batch, over.hidden};
  const Tensor by_state = reshape(dy, one_state), states = reshape(y, one_state);
  const std::int64_t start = over.reverse ? over.steps : 0;
  for (std::int64_t s = 0; s < over.states; ++s)
    give([&] {
      const Tensor past = by_state[s][start] + back.carried[0][s];
      return s == 0 ? past + back.later : past;
    });
  give([&] { return matmul(transpose(from_x), as_rows(of.x)); });
  give([&] {
    const std::int64_t first = over.before(0);
    return matmul(transpose(from_h), as_rows(slice(states[0], 0, first, first + over.steps)));
  });
  give([&] { return sum(from_x, 0); });
  give([&] { return sum(from_h, 0); });
  return all;
}

}  // namespace ebb
