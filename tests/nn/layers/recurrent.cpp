#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/recurrent.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/pass.hpp>
#include <tests/nn/layers/waves.hpp>
#include <tests/nn/names.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::GRU, nn::LSTM, nn::Pass;

TEST_CASE("recurrent layers: parameters have PyTorch's names, shapes and first numbers") {
  GRU gru{3, 25, {.layers = 2, .bidirectional = true}};
  CHECK(names(nn::parameters(gru)) ==
        Names{"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse",
              "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse", "weight_ih_l1",
              "weight_hh_l1", "bias_ih_l1", "bias_hh_l1", "weight_ih_l1_reverse",
              "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse"});
  CHECK(parameter(gru, "weight_ih_l0").shape() == Shape{75, 3});
  CHECK(parameter(gru, "weight_ih_l1").shape() == Shape{75, 50});
  initialize(gru);
  for (const auto& [name, weight] : nn::parameters(gru)) {
    CHECK(amax(abs(weight->value())).item() <= 0.2);
    CHECK(amax(abs(weight->value())).item() > 0.17);
  }
  LSTM lstm{3, 5, {.bias = false}};
  CHECK(names(nn::parameters(lstm)) == Names{"weight_ih_l0", "weight_hh_l0"});
  CHECK(parameter(lstm, "weight_hh_l0").shape() == Shape{20, 5});
}

TEST_CASE("recurrent layers: without biases they are as with biases of 0") {
  LSTM with{3, 4}, without{3, 4, {.bias = false}};
  initialize(with, {.seed = 3});
  initialize(without, {.seed = 3});
  with.stack.weights[0].bias_ih->set(zeros({16}));
  with.stack.weights[0].bias_hh->set(zeros({16}));
  Random random{1};
  const Tensor x = randn({5, 2, 3}, random);
  CHECK(same_bits(with(x).output.value(), without(x).output.value()));
}

TEST_CASE("recurrent layers: a state carries a sequence on") {
  GRU gru{3, 4, {.layers = 2}};
  LSTM lstm{3, 4, {.layers = 2}};
  initialize(gru);
  initialize(lstm);
  Random random{1};
  const Tensor x = randn({6, 2, 3}, random), first = slice(x, 0, 0, 2), rest = slice(x, 0, 2, 6);
  CHECK(same_bits(gru(rest, {.state = gru(first).state}).output.value(),
                  contiguous(slice(gru(x).output.value(), 0, 2, 6))));
  const auto [output, state, cell] = lstm(first);
  CHECK(same_bits(lstm(rest, {.state = state, .cell = cell}).output.value(),
                  contiguous(slice(lstm(x).output.value(), 0, 2, 6))));
}

TEST_CASE("recurrent layers: one example needs no axis of its own") {
  LSTM lstm{3, 4, {.bidirectional = true}};
  initialize(lstm);
  Random random{1};
  const Tensor x = randn({6, 3}, random), h = randn({2, 4}, random);
  const auto alone = lstm(x, {.state = h});
  const auto batch = lstm(unsqueeze(x, 1), {.state = unsqueeze(h, 1)});
  CHECK(alone.output.shape() == Shape{6, 8});
  CHECK(alone.state.shape() == Shape{2, 4});
  CHECK(same_bits(alone.output.value(), squeeze(batch.output.value(), 1)));
  CHECK(same_bits(alone.cell.value(), squeeze(batch.cell.value(), 1)));
}

TEST_CASE("recurrent layers: what stands behind the end of an example is not looked at") {
  GRU gru{2, 3, {.bidirectional = true}};
  initialize(gru);
  Random random{1};
  const Tensor x = randn({3, 2, 2}, random);
  const Tensor there = from_vector({1, 1, 1, 1, 1, 0}, {3, 2, 1});  // lengths 3 and 2
  const Variable broken = leaf(where(there, x, std::numeric_limits<double>::quiet_NaN()));
  const nn::RecurrentStart start = {.lengths = from_vector({3, 2})};
  const Variable y = gru(broken, start).output;
  CHECK(same_bits(y.value(), gru(x, start).output.value()));
  CHECK(y.value()[2][1].to_vector<float>() == std::vector<float>(6, 0));
  const Gradients all = backward(sum(square(y)));
  for (const auto& [name, weight] : nn::parameters(gru)) {
    const double total = sum(abs(all[*weight])).item();
    CHECK(total == total);
  }
  CHECK(all[broken][2][1].to_vector<float>() == std::vector<float>{0, 0});
}

TEST_CASE("recurrent layers: dropout is between layers, in a training pass") {
  GRU gru{3, 40, {.layers = 2, .dropout = 0.5}}, one{3, 40, {.dropout = 0.5}};
  initialize(gru);
  initialize(one);
  Random random{1};
  const Tensor x = randn({4, 2, 3}, random);
  Pass training{random, true}, sampling{random};
  CHECK(same_bits(gru(x, sampling).output.value(), gru(x).output.value()));
  CHECK_FALSE(same_bits(gru(x, training).output.value(), gru(x).output.value()));
  CHECK(same_bits(one(x, training).output.value(), one(x).output.value()));
  LSTM lstm{3, 4, {.layers = 2, .dropout = 0.5}};
  initialize(lstm);
  CHECK_FALSE(same_bits(lstm(x, training).output.value(), lstm(x).output.value()));
}

TEST_CASE("recurrent layers: what does not fit is refused") {
  GRU gru{3, 4};
  LSTM lstm{3, 4, {.batch_first = true}};
  initialize(gru);
  initialize(lstm);
  CHECK(
      message_of([&] {
        return gru(zeros({5, 2, 4}));
      }) ==
      "gru: input [5, 2, 4] does not fit 3 inputs; it must be [steps, batch, 3] or [steps, 3], try "
      "reshape");
  CHECK(message_of([&] { return lstm(zeros({5})); }) ==
        "lstm: input [5] does not fit 3 inputs; it must be [batch, steps, 3] or [steps, 3], try "
        "reshape");
  CHECK(message_of([&] {
          return gru(zeros({5, 2, 3}), {.state = zeros({2, 4})});
        }) == "gru: an initial state [2, 4] must be [1, 2, 4]; try unsqueeze");
  CHECK(message_of([&] {
          return gru(zeros({5, 2, 3}), {.cell = zeros({1, 2, 4})});
        }) == "gru: an initial cell [1, 2, 4]; it has none, try the initial state alone");
  CHECK(message_of([&] {
          return gru(zeros({5, 2, 3}), {.lengths = from_vector({6, 1})});
        }) == "gru: a length of 6 among 5 steps; try one from 0 to 5");
  CHECK(message_of([&] {
          return gru(zeros({5, 2, 3}), {.lengths = from_vector({1})});
        }) == "gru: lengths int32 [1] for a batch of 2; they must be int32 [2]");
  CHECK(message_of([] {
          return GRU{3, 0};
        }) == "gru: 3 inputs, 0 units and 1 layers; try 1 or more of each");
  CHECK_THROWS_AS((LSTM{3, 4, {.dropout = 1}}), Error);
}

// 1 or -1 in the first step, noise after it: what was it?
TEST_CASE("recurrent layers: they learn to remember") {
  LSTM lstm{1, 8, {.bidirectional = true}};
  GRU gru{16, 8};
  nn::Linear last{8, 1};
  Random random{3};
  initialize(lstm);
  initialize(gru);
  initialize(last);
  nn::Parameters all = parameters(lstm);
  (all += gru) += last;
  nn::Adam adam{all, {.learning_rate = 0.03}};
  double first = 0, loss = 0;
  for (int i = 0; i < 60; ++i) {
    const Tensor sign = where(rand({1, 32, 1}, random) < 0.5, ones({}), -1);
    const Tensor x = cat({sign, 0.3 * randn({7, 32, 1}, random)});
    const Variable y = last(squeeze(gru(slice(lstm(x).output, 0, 4, 8)).state, 0));
    const Variable wrong = mean(square(y - sign[0]));
    loss = wrong.item();
    if (i == 0) first = loss;
    adam.step(backward(wrong));
  }
  CHECK(first > 0.7);
  CHECK(loss < 0.1);
}
