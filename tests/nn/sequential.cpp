#include <doctest/doctest.h>

#include <nn/activations.hpp>
#include <nn/linear.hpp>
#include <nn/sequential.hpp>
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

TEST_CASE("hidden_layers: a Linear and a ReLU for each width, none for none") {
  Sequential net = nn::hidden_layers(3, {4, 2});
  Sequential same{Linear{3, 4}, nn::ReLU{}, Linear{4, 2}, nn::ReLU{}};
  nn::initialize(net, {.seed = 5});
  nn::initialize(same, {.seed = 5});
  Random random{1};
  const Tensor x = 9 * randn({50, 3}, random);
  const Tensor y = net(x).value();
  CHECK(amin(y).item() == 0);  // the last one is a ReLU, too
  CHECK(y.to_vector<float>() == same(x).value().to_vector<float>());
  const Sequential none = nn::hidden_layers(3, {});
  CHECK(nn::Parts(none).parameters.empty());
}
