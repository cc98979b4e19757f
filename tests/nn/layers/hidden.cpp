#include <doctest/doctest.h>

#include <nn/layers/activations.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>
#include <nn/parts.hpp>
#include <nn/pass.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>

using namespace ebb;
using nn::Linear, nn::Sequential;

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

TEST_CASE("hidden_layers: dropout follows each ReLU, and a pass reaches it") {
  Sequential net = nn::hidden_layers(3, {4, 2}, {.dropout = 0.5});
  nn::initialize(net, {.seed = 5});
  CHECK(nn::Parts(net).parameters[2].first == "3.weight");
  Random random{1};
  const Tensor x = 9 * randn({50, 3}, random);
  nn::Pass learn{random, true};
  CHECK_FALSE(equal(net(x, learn).value(), net(x).value()));
}

TEST_CASE("hidden_layers: another activation takes ReLU's place") {
  Sequential net = nn::hidden_layers(3, {4, 2}, {.activation = nn::Tanh{}});
  Sequential same{Linear{3, 4}, nn::Tanh{}, Linear{4, 2}, nn::Tanh{}};
  nn::initialize(net, {.seed = 5});
  nn::initialize(same, {.seed = 5});
  Random random{1};
  const Tensor x = randn({5, 3}, random);
  CHECK(equal(net(x).value(), same(x).value()));
}

TEST_CASE("dense: examples of any shape, under the names of its layers") {
  nn::Dense dense{12, {5}};
  nn::initialize(dense, {.seed = 2});
  CHECK(nn::Parts(dense).parameters[0].first == "0.weight");
  Random random{1};
  const Tensor x = randn({7, 3, 2, 2}, random);
  nn::Pass pass{random};
  CHECK(dense(x).shape() == Shape{7, 5});
  CHECK(equal(dense(x, pass).value(), dense(reshape(x, {7, 12})).value()));
}
