#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/sequences/recurrent.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <nn/layers/dropout.hpp>
#include <nn/layers/recurrent.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>

namespace ebb::nn {

RecurrentWeights::RecurrentWeights(std::int64_t gates, std::int64_t in, std::int64_t hidden,
                                   bool bias)
    : weight_ih({gates * hidden, in}, {uniform(1 / std::sqrt(static_cast<double>(hidden)))}),
      weight_hh({gates * hidden, hidden}, {uniform(1 / std::sqrt(static_cast<double>(hidden)))}) {
  if (!bias) return;
  const ParameterOptions options = {uniform(1 / std::sqrt(static_cast<double>(hidden)))};
  bias_ih.emplace(Shape{gates * hidden}, options);
  bias_hh.emplace(Shape{gates * hidden}, options);
}

RecurrentStack::RecurrentStack(const char* operation, std::int64_t gates, std::int64_t input,
                               std::int64_t units, const RecurrentLayerOptions& how)
    : name(operation), in(input), hidden(units), options(how) {
  if (in < 1 || hidden < 1 || options.layers < 1)
    throw ShapeError(text(name, ": ", in, " inputs, ", hidden, " units and ", options.layers,
                          " layers; try 1 or more of each"));
  static_cast<void>(Dropout{options.dropout});  // refuses what is no probability
  const std::int64_t directions = options.bidirectional ? 2 : 1;
  for (std::int64_t i = 0; i < options.layers * directions; ++i)
    weights.emplace_back(gates, i < directions ? in : hidden * directions, hidden, options.bias);
}

void RecurrentStack::visit(Visitor& v) {
  const std::size_t directions = options.bidirectional ? 2 : 1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string end = text("_l", i / directions, i % directions == 1 ? "_reverse" : "");
    v("weight_ih" + end, weights[i].weight_ih);
    v("weight_hh" + end, weights[i].weight_hh);
    v("bias_ih" + end, weights[i].bias_ih);
    v("bias_hh" + end, weights[i].bias_hh);
  }
}

namespace {

using Variables = std::vector<Variable>;

// A call of a stack: the output, and for the state and perhaps the cell all last ones.
class Call final {
 public:
  // `starts` are the state and perhaps the cell to begin with. `pass` is null where there is none.
  Call(const RecurrentStack& stack, const Variable& x,
       const std::vector<std::optional<Variable>>& starts, const std::optional<Tensor>& lengths,
       Pass* pass)
      : stack_(stack), states_(starts.size()), lengths_(lengths) {
    if (x.rank() < 2 || x.rank() > 3 || x.size(-1) != stack.in)
      throw ShapeError(text(stack.name, ": input ", x.shape(), " does not fit ", stack.in,
                            " inputs; it must be [",
                            stack.options.batch_first ? "batch, steps, " : "steps, batch, ",
                            stack.in, "] or [steps, ", stack.in, "], try reshape"));
    alone_ = x.rank() == 2;
    output = alone_ ? unsqueeze(x, 1) : stack.options.batch_first ? transpose(x, 0, 1) : x;
    if (lengths && lengths->count() == output.size(1))
      there_ = detail::steps_there(output.size(0), *lengths, x.dtype());
    for (const auto& start : starts) starts_.push_back(begin(start));
    const std::size_t directions = stack.options.bidirectional ? 2 : 1;
    for (std::size_t i = 0; i < stack.weights.size(); i += directions) {
      if (i > 0 && pass) output = Dropout{stack.options.dropout}(output, *pass);
      const Variable forward = run(i, false);
      output = directions == 1 ? forward : cat({forward, run(i + 1, true)}, -1);
    }
    if (alone_)
      output = squeeze(output, 1);
    else if (stack.options.batch_first)
      output = transpose(output, 0, 1);
  }

  Variable output;

  Variable last(std::size_t s) const {
    const Variable all = stack(states_[s]);
    return alone_ ? squeeze(all, 1) : all;
  }

 private:
  // [layers directions, batch, hidden]
  Variable begin(const std::optional<Variable>& start) const {
    Shape shape = {static_cast<std::int64_t>(stack_.weights.size()), output.size(1), stack_.hidden};
    if (!start) return zeros(shape, output.dtype());
    Shape given = shape;
    if (alone_) given.erase(1);
    if (start->shape() != given)
      throw ShapeError(text(stack_.name, ": an initial state ", start->shape(), " must be ", given,
                            "; try unsqueeze"));
    return alone_ ? unsqueeze(*start, 1) : *start;
  }

  Variable run(std::size_t i, bool reverse) {
    const RecurrentWeights& of = stack_.weights[i];
    const auto number = static_cast<std::int64_t>(i);
    const std::int64_t steps = output.size(0);
    const Variable none = zeros({of.weight_hh.shape()[0]}, output.dtype());
    const Variable &bias_ih = of.bias_ih ? *of.bias_ih : none,
                   &bias_hh = of.bias_hh ? *of.bias_hh : none;
    const RecurrentOptions how = {.reverse = reverse, .lengths = lengths_};
    const Variable all =
        states_.size() == 1
            ? gru(output, starts_[0][number], of.weight_ih, of.weight_hh, bias_ih, bias_hh, how)
            : lstm(output, starts_[0][number], starts_[1][number], of.weight_ih, of.weight_hh,
                   bias_ih, bias_hh, how);
    const std::int64_t end = reverse ? 0 : steps;
    for (std::size_t s = 0; s < states_.size(); ++s)
      states_[s].push_back(states_.size() == 1 ? all[end] : all[static_cast<std::int64_t>(s)][end]);
    const Variable seen = states_.size() == 1 ? all : all[0];
    const Variable y = reverse ? slice(seen, 0, 0, steps) : slice(seen, 0, 1, steps + 1);
    return there_ ? where(*there_, y, 0) : y;
  }

  const RecurrentStack& stack_;
  std::vector<Variables> states_;  // of h and perhaps c, by layer and direction
  std::optional<Tensor> lengths_, there_;
  Variables starts_;
  bool alone_ = false;  // one example, without an axis of its own
};

GRU::Result run(const GRU& layer, const Variable& x, const RecurrentStart& start, Pass* pass) {
  return within(layer, [&]() -> GRU::Result {
    if (start.cell)
      throw ShapeError(text("gru: an initial cell ", start.cell->shape(),
                            "; it has none, try the initial state alone"));
    const Call call(layer.stack, x, {start.state}, start.lengths, pass);
    return {call.output, call.last(0)};
  });
}

LSTM::Result run(const LSTM& layer, const Variable& x, const RecurrentStart& start, Pass* pass) {
  return within(layer, [&]() -> LSTM::Result {
    const Call call(layer.stack, x, {start.state, start.cell}, start.lengths, pass);
    return {call.output, call.last(0), call.last(1)};
  });
}

}  // namespace

GRU::GRU(std::int64_t input_size, std::int64_t hidden_size, const RecurrentLayerOptions& options)
    : stack("gru", 3, input_size, hidden_size, options) {}

GRU::Result GRU::operator()(const Variable& x, const RecurrentStart& start) const {
  return run(*this, x, start, nullptr);
}

GRU::Result GRU::operator()(const Variable& x, const RecurrentStart& start, Pass& pass) const {
  return run(*this, x, start, &pass);
}

LSTM::LSTM(std::int64_t input_size, std::int64_t hidden_size, const RecurrentLayerOptions& options)
    : stack("lstm", 4, input_size, hidden_size, options) {}

LSTM::Result LSTM::operator()(const Variable& x, const RecurrentStart& start) const {
  return run(*this, x, start, nullptr);
}

LSTM::Result LSTM::operator()(const Variable& x, const RecurrentStart& start, Pass& pass) const {
  return run(*this, x, start, &pass);
}

}  // namespace ebb::nn
