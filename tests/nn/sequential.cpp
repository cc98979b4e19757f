#include <doctest/doctest.h>

#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/parts.hpp>
#include <nn/pass.hpp>
#include <nn/sequential.hpp>
#include <nn/start.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>

using namespace ebb;
using nn::Linear, nn::Sequential;

TEST_CASE("sequential: calls its layers in turn, and none leave x as it is") {
  const Variable x = from_vector<float>({-1, 4});
  CHECK(Sequential{}(x).value().to_vector<float>() == std::vector<float>{-1, 4});
  const Sequential net{nn::ReLU{}, [](const Variable& v) { return v + 1; }, nn::Tanh{}};
  CHECK(net(x).value().to_vector<float>()[0] == doctest::Approx(0.7615942));
  CHECK(nn::Sigmoid{}(x).value().to_vector<float>()[1] == doctest::Approx(0.98201379));
  CHECK(nn::Softplus{}(x).value().to_vector<float>()[0] == doctest::Approx(0.31326169));
}

TEST_CASE("sequential: parts are named by their places, what has no parts counts") {
  Sequential net{Linear{3, 2}, nn::ReLU{}, Sequential{Linear{2, 1}}};
  std::vector<std::string> names;
  for (const auto& [name, part] : nn::Parts(net).parameters) names.push_back(name);
  CHECK(names == std::vector<std::string>{"0.weight", "0.bias", "2.0.weight", "2.0.bias"});
}

TEST_CASE("sequential: a copy has layers of its own") {
  Sequential net{Linear{1, 1}};
  nn::initialize(net, {.seed = 1});
  Sequential copy = net;
  nn::initialize(net, {.seed = 2});
  const Variable x = ones({1, 1});
  CHECK(copy(x).item() != net(x).item());
  copy = net;
  CHECK(copy(x).item() == net(x).item());
}

TEST_CASE("sequential: parentheses mean what braces mean, and one of its own kind is copied") {
  const auto names = [](const nn::Module& net) {
    std::string all;
    for (const auto& [name, part] : nn::Parts(net).parameters) all += name + ' ';
    return all;
  };
  Sequential inner(Linear{3, 2}, nn::ReLU{}, Linear{2, 1});
  CHECK(names(inner) == "0.weight 0.bias 2.weight 2.bias ");
  nn::initialize(inner, {.seed = 1});
  const Variable x = ones({1, 3});
  const double y = inner(x).item();
  const Sequential constant = inner;
  Sequential moved_from = inner;
  const Sequential copies[] = {
      Sequential(inner),    Sequential{inner}, Sequential(constant),
      Sequential{constant}, {inner},           Sequential{std::move(moved_from)}};
  for (const Sequential& copy : copies) {
    CHECK(names(copy) == names(inner));
    CHECK(copy(x).item() == y);
    CHECK(nn::Parts(copy).parameters[0].second != nn::Parts(inner).parameters[0].second);
  }
  // As a layer it keeps a name of its own.
  Sequential added;
  added.add(inner);
  CHECK(names(added) == "0.0.weight 0.0.bias 0.2.weight 0.2.bias ");
  CHECK(names(Sequential{nn::Layer(inner)}) == names(added));
  CHECK(names(Sequential{inner, nn::Tanh{}}) == names(added));
  CHECK(added(x).item() == y);
  // One layer that is no Sequential, by either brackets, also from a name.
  const Linear line{3, 1};
  CHECK(names(Sequential(line)) == "0.weight 0.bias ");
  CHECK(names(Sequential{line}) == "0.weight 0.bias ");
  const nn::Layer layer = line;
  CHECK(names(Sequential{layer}) == "0.weight 0.bias ");
  const Sequential listed = {Linear{3, 2}, Linear{2, 1}};
  CHECK(names(listed) == "0.weight 0.bias 1.weight 1.bias ");
  static_assert(!std::is_constructible_v<Sequential, int>);
  static_assert(!std::is_constructible_v<Sequential, Linear, std::string>);
  static_assert(std::is_nothrow_move_constructible_v<Sequential>);
}

TEST_CASE("sequential: layers that take a pass get it, the others do without") {
  struct Noisy final : nn::Module {
    nn::Parameter gain{{1}, {.start = nn::constant(2)}};
    Variable operator()(const Variable& x) const { return x * gain; }
    Variable operator()(const Variable& x, nn::Pass& pass) const {
      return x * gain + static_cast<double>(pass.training) + randn({1}, pass.noise).item();
    }
    void visit(nn::Visitor& v) override { v("gain", gain); }
  };
  struct OnlyWithPass {
    Variable operator()(const Variable& x, nn::Pass&) const { return x; }
  };
  static_assert(!std::is_constructible_v<nn::Layer, OnlyWithPass>);
  Sequential net{[](const Variable& x) { return x + 1; }, Noisy{}, Sequential{Noisy{}}};
  nn::initialize(net);
  CHECK(net(ones({1})).item() == 8);
  Random random{4}, again{4};
  nn::Pass pass{random}, training{random, true};
  const double first = randn({1}, again).item(), second = randn({1}, again).item();
  CHECK(net(ones({1}), pass).item() == doctest::Approx((4 + first) * 2 + second));
  again = random;
  const double third = randn({1}, again).item(), fourth = randn({1}, again).item();
  CHECK(net(ones({1}), training).item() == doctest::Approx((4 + 1 + third) * 2 + 1 + fourth));
}
