#include <doctest/doctest.h>

#include <nn/layers/activations.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>
#include <nn/parts.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>

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
