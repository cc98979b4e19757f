#include <doctest/doctest.h>

#include <cmath>
#include <nn/layers/convolution.hpp>
#include <nn/layers/embedding.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/normalization.hpp>
#include <nn/layers/recurrent.hpp>
#include <nn/layers/xavier.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>

using namespace ebb;

namespace {

struct Net final : nn::Module {
  nn::Linear dense{400, 300}, narrow{3, 2, {.bias = false}};
  nn::Conv2d convolution{30, 60, 3};
  nn::ConvTranspose1d back{4, 6, 5};
  nn::LSTM recurrent{7, 5};
  nn::GRU gated{7, 5};
  nn::Embedding letters{27, 8};
  nn::LayerNorm scale{Shape{6}};
  void visit(nn::Visitor& v) override {
    v("dense", dense), v("narrow", narrow), v("convolution", convolution), v("back", back);
    v("recurrent", recurrent), v("gated", gated), v("letters", letters), v("scale", scale);
  }
};

// The largest number of many is just below the bound that they are uniform in.
void check_bound(const nn::Parameter& weight, double bound, double near) {
  CAPTURE(weight.path());
  CHECK(amax(abs(weight.value())).item() <= bound);
  CHECK(amax(abs(weight.value())).item() > near * bound);
  CHECK(std::abs(mean(weight.value()).item()) < 0.3 * bound);
}

bool is_zero(const Tensor& x) { return amax(abs(x)).item() == 0; }

}  // namespace

TEST_CASE("xavier: weights are uniform in the root of 6 / (inputs + outputs), biases are zeros") {
  Net net;
  nn::initialize_xavier(net, {.seed = 7});
  check_bound(net.dense.weight, 0.0925821, 0.999);                        // √(6 / 700)
  check_bound(net.narrow.weight, 1.0954452, 0.5);                         // √(6 / 5)
  check_bound(net.convolution.weight, 0.0860663, 0.999);                  // √(6 / 810)
  check_bound(net.back.weight, 0.3464102, 0.9);                           // [4, 6, 5]: √(6 / 50)
  check_bound(net.recurrent.stack.weights[0].weight_ih, 0.4714046, 0.9);  // [20, 7]: √(6 / 27)
  check_bound(net.gated.stack.weights[0].weight_hh, 0.5477226, 0.9);      // [15, 5]: √(6 / 20)
  for (const auto& part : nn::Parts(net).parameters)
    if (part.first.find("bias") != std::string::npos)
      CHECK_MESSAGE(is_zero(part.second->value()), part.first);
}

TEST_CASE("xavier: each weight draws from the stream of its name, and other parts stay as begun") {
  Net net, plain;
  nn::initialize_xavier(net, {.seed = 7, .dtype = DType::float64});
  nn::initialize(plain, {.seed = 7, .dtype = DType::float64});
  Random stream = Random{7}.fork("dense.weight");
  const Tensor expected = (rand({300, 400}, stream, DType::float64) * 2 - 1) * std::sqrt(6 / 700.0);
  CHECK(equal(net.dense.weight.value(), expected));
  CHECK(equal(net.letters.weight.value(), plain.letters.weight.value()));
  CHECK(equal(net.scale.weight->value(), ones({6}, DType::float64)));
  nn::Linear alone{400, 300};
  nn::initialize_xavier(alone, {.seed = 7});
  CHECK(alone.weight.path() == "weight");
  CHECK(!equal(alone.weight.value(), plain.dense.weight.value()));
}
