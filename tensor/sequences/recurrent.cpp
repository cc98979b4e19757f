#include <algorithm>
#include <cstring>
#include <tensor/common/require_value.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/sequences/passage.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

using detail::Addresses, detail::as_rows, detail::kept_gates, detail::loop_of,
    detail::over_examples, detail::Passage, detail::Recurrence, detail::rows_at;

void check_operand(const char* operation, const char* what, const Tensor& x, const Shape& shape,
                   DType dtype) {
  detail::require_value(operation, x);
  if (x.shape() != shape)
    throw ShapeError(text(operation, ": ", what, ' ', x.shape(), " must be ", shape,
                          "; try the shapes that the layer's options ask for"));
  if (x.dtype() != dtype)
    throw DTypeError(text(operation, ": ", what, ' ', x.dtype(), " beside ", dtype,
                          "; all operands must have one dtype, try cast"));
}

void check_lengths(const char* operation, const Tensor& lengths, const Shape& x) {
  if (lengths.shape() != Shape{x[1]} || lengths.dtype() != DType::int32)
    throw ShapeError(text(operation, ": lengths ", lengths.dtype(), ' ', lengths.shape(),
                          " for a batch of ", x[1], "; they must be int32 [", x[1], "]"));
  for (const std::int32_t length : lengths.to_vector<std::int32_t>())
    if (length < 0 || length > x[0])
      throw Error(text(operation, ": a length of ", length, " among ", x[0],
                       " steps; try one from 0 to ", x[0]));
}

}  // namespace

void detail::check(const char* operation, const Recurrence& of) {
  require_value(operation, of.x);
  require_value(operation, of.weight_hh);
  const Shape& x = of.x.shape();
  if (x.rank() != 3 || of.weight_hh.rank() != 2)
    throw ShapeError(text(operation, ": input ", x, " and hidden weights ", of.weight_hh.shape(),
                          "; they must be [steps, batch, in] and [gates, hidden], try unsqueeze"));
  if (!is_floating(of.x.dtype()))
    throw DTypeError(text(operation, ": input ", of.x.dtype(), ' ', x, "; try cast to float32"));
  const std::int64_t hidden = of.weight_hh.size(1), gates = (of.first.size() == 1 ? 3 : 4) * hidden;
  const DType dtype = of.x.dtype();
  for (const Tensor& first : of.first)
    check_operand(operation, "initial state", first, {x[1], hidden}, dtype);
  check_operand(operation, "input weights", of.weight_ih, {gates, x[2]}, dtype);
  check_operand(operation, "hidden weights", of.weight_hh, {gates, hidden}, dtype);
  check_operand(operation, "input bias", of.bias_ih, {gates}, dtype);
  check_operand(operation, "hidden bias", of.bias_hh, {gates}, dtype);
  if (of.options.lengths) check_lengths(operation, *of.options.lengths, x);
}

// The products with x need no state: one for all steps. Then each step is the product of the states
// with the hidden weights, and a loop over the units of all gates.
void detail::run(Recurrence& of, bool keep) {
  const Passage over(of);
  const std::int64_t H = over.hidden, G = over.gates;
  const Tensor from_x = linear(as_rows(of.x), of.weight_ih, of.bias_ih);
  const Tensor weight = contiguous(transpose(of.weight_hh)), bias = contiguous(of.bias_hh);
  const Tensor from_h = empty({over.batch, G * H}, over.dtype);
  of.states = empty(over.shape_of_states(), over.dtype);
  of.gates = empty({keep ? over.steps : 1, over.batch, kept_gates * H}, over.dtype);
  const std::size_t whole = static_cast<std::size_t>(over.batch) * over.row();
  const std::int64_t start = over.reverse ? over.steps : 0;
  for (std::int64_t s = 0; s < over.states && whole > 0; ++s)
    std::memcpy(over.state(of.states, s, start, 0),
                contiguous(of.first[static_cast<std::size_t>(s)]).raw(), whole);

  const auto loop = loop_of<kernels::GruStep, kernels::LstmStep>(over);
  for (std::int64_t i = 0; i < over.steps; ++i) {
    const std::int64_t t = over.step(i), from = over.before(t), to = over.after(t);
    matmul_blocks(over.dtype, over.batch, G * H, H, rows_at(over.state(of.states, 0, from, 0), H),
                  rows_at(weight.raw(), G * H), bias.raw(), from_h.raw(), G * H);
    over_examples(over, [&](std::int64_t b) {
      if (!over.has_step(b, t)) {
        for (std::int64_t s = 0; s < over.states; ++s)
          std::memcpy(over.state(of.states, s, to, b), over.state(of.states, s, from, b),
                      over.row());
        return;
      }
      Addresses x, y;
      x.add(over, over.at(from_x, (t * over.batch + b) * G * H), G);
      x.add(over, over.at(from_h, b * G * H), G);
      x.add(over.state(of.states, over.states - 1, from, b));
      for (std::int64_t s = 0; s < over.states; ++s) y.add(over.state(of.states, s, to, b));
      y.add(over, over.at(of.gates, ((keep ? t : 0) * over.batch + b) * kept_gates * H),
            kept_gates);
      loop(y.list, x.list, H);
    });
  }
}

Tensor detail::steps_there(std::int64_t steps, const Tensor& lengths, DType dtype) {
  const Tensor times = arange(0, static_cast<double>(steps), 1, dtype);
  return reshape(times, {steps, 1, 1}) < reshape(cast(lengths, dtype), {1, lengths.count(), 1});
}

Tensor gru(const Tensor& x, const Tensor& state, const Tensor& weight_ih, const Tensor& weight_hh,
           const Tensor& bias_ih, const Tensor& bias_hh, const RecurrentOptions& options) {
  Recurrence of = {x, weight_ih, weight_hh, bias_ih, bias_hh, {state}, options};
  check("gru", of);
  run(of, false);
  return of.states;
}

Tensor lstm(const Tensor& x, const Tensor& state, const Tensor& cell, const Tensor& weight_ih,
            const Tensor& weight_hh, const Tensor& bias_ih, const Tensor& bias_hh,
            const RecurrentOptions& options) {
  Recurrence of = {x, weight_ih, weight_hh, bias_ih, bias_hh, {state, cell}, options};
  check("lstm", of);
  run(of, false);
  return of.states;
}

}  // namespace ebb
