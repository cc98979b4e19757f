#include <cstring>
#include <tensor/common/require_value.hpp>
#include <tensor/elementwise.hpp>
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

namespace {

MatrixView view(const Tensor& x) { return {x.raw(), x.strides()[0], x.strides()[1]}; }

void begin(const Passage& over, const Recurrence& of) {
  for (std::int64_t s = 0; s < over.states; ++s) {
    const Tensor first = contiguous(of.first[static_cast<std::size_t>(s)]);
    if (first.count() > 0)
      std::memcpy(over.state(of.states, s, over.reverse ? over.steps : 0, 0), first.raw(),
                  static_cast<std::size_t>(over.batch) * over.row());
  }
}

// An example that does not have the step keeps its state.
void stay(const Passage& over, const Recurrence& of, std::int64_t t, std::int64_t b) {
  for (std::int64_t s = 0; s < over.states; ++s)
    std::memcpy(over.state(of.states, s, over.after(t), b),
                over.state(of.states, s, over.before(t), b), over.row());
}

void step(const Passage& over, const Recurrence& of, const Tensor& from_h, std::int64_t t,
          std::int64_t b) {
  char* const gates = over.at(of.gates, (t * over.batch + b) * kept_gates * over.hidden);
  Addresses x, y;
  x.add(over, gates, over.gates);
  x.add(over, over.at(from_h, b * over.gates * over.hidden), over.gates);
  x.add(over.state(of.states, over.states - 1, over.before(t), b));
  for (std::int64_t s = 0; s < over.states; ++s) y.add(over.state(of.states, s, over.after(t), b));
  y.add(over, gates, kept_gates);
  loop_of<kernels::GruStep, kernels::LstmStep>(over)(y.list, x.list, over.hidden);
}

}  // namespace

// The products with x need no state: one for all steps. Then each step is the product of the states
// with the hidden weights, and a loop over the units of all gates, which puts the gates in the
// place of what came from x.
void detail::run(Recurrence& of, bool keep) {
  const Passage over(of);
  const std::int64_t columns = over.gates * over.hidden, row = kept_gates * over.hidden;
  of.states = empty(over.shape_of_states(), over.dtype);
  of.gates = empty({over.steps, over.batch, row}, over.dtype);
  const Tensor x = as_rows(of.x), bias_ih = contiguous(of.bias_ih);
  matmul_blocks(over.dtype, x.size(0), columns, x.size(1), view(x), view(transpose(of.weight_ih)),
                bias_ih.raw(), of.gates.raw(), row);
  const Tensor from_h = empty({over.batch, columns}, over.dtype);
  const Tensor weight = contiguous(transpose(of.weight_hh)), bias = contiguous(of.bias_hh);
  begin(over, of);
  for (std::int64_t i = 0; i < over.steps; ++i) {
    const std::int64_t t = over.step(i);
    matmul_blocks(over.dtype, over.batch, columns, over.hidden,
                  rows_at(over.state(of.states, 0, over.before(t), 0), over.hidden),
                  rows_at(weight.raw(), columns), bias.raw(), from_h.raw(), columns);
    over_examples(over, [&](std::int64_t b) {
      over.has_step(b, t) ? step(over, of, from_h, t, b) : stay(over, of, t, b);
    });
  }
  if (!keep) of.gates = {};
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
