#include <doctest/doctest.h>

#include <models/coders.hpp>
#include <models/networks.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::Networks;

namespace {

std::string names(const nn::Module& model) {
  std::string all;
  for (const auto& [name, part] : nn::Parts(model).parameters)
    all += text(name, ' ', part->shape(), '\n');
  return all;
}

models::Decoder decoder(const Networks& n) { return {n.decoder, n.output}; }

// Images go to features, and codes back to as many numbers as are wanted.
void check_shapes(const Networks& n, const models::NetworkOptions& o) {
  CAPTURE(o.image);
  models::Encoder encoder{n.encoder, n.features, o.latent};
  nn::initialize(encoder, {.seed = 1});
  models::Decoder back = decoder(n);
  nn::initialize(back, {.seed = 2});
  Random random{1};
  const Shape all = {5, o.image[0], o.image[1], o.image[2]};
  CHECK(encoder.hidden(randn(all, random)).shape() == Shape{5, n.features});
  const Variable numbers = back(randn({5, o.latent}, random));
  CHECK(nn::flatten(numbers).shape() == Shape{5, o.numbers * o.image.count()});
  if (numbers.rank() == 4)
    CHECK(numbers.shape() == Shape{5, o.numbers * o.image[0], o.image[1], o.image[2]});
}

}  // namespace

TEST_CASE("networks: images of any size and number of channels come back in their size") {
  for (const Shape& image : {Shape{1, 28, 28}, {1, 6, 7}, {3, 9, 5}, {3, 32, 32}, {2, 11, 15}})
    for (const std::int64_t numbers : {1, 2})
      for (const std::vector<std::int64_t>& hidden :
           std::vector<std::vector<std::int64_t>>{{}, {3}, {3, 4}}) {
        const models::NetworkOptions o = {
            .image = image, .hidden = hidden, .latent = 2, .numbers = numbers};
        check_shapes(models::convolutional_networks(o), o);
        check_shapes(models::dense_networks(o), o);
      }
}

TEST_CASE("networks: the convolutional ones halve an image, and their weights have short names") {
  const Networks n = models::convolutional_networks({.image = {1, 28, 28}, .hidden = {32, 64}});
  CHECK(n.features == 3136);
  const models::Encoder encoder{n.encoder, n.features, 20};
  CHECK(names(encoder) ==
        "hidden.0.weight [32, 1, 4, 4]\nhidden.0.bias [32]\n"
        "hidden.2.weight [64, 32, 4, 4]\nhidden.2.bias [64]\n"
        "mean.weight [20, 3136]\nmean.bias [20]\n"
        "log_variance.weight [20, 3136]\nlog_variance.bias [20]\n");
  CHECK(names(decoder(n)) ==
        "hidden.0.weight [3136, 20]\nhidden.0.bias [3136]\n"
        "hidden.3.weight [64, 32, 4, 4]\nhidden.3.bias [32]\n"
        "output.weight [32, 1, 4, 4]\noutput.bias [1]\n");
}

TEST_CASE("networks: the dense ones are mirrored") {
  const Networks n =
      models::dense_networks({.image = {1, 2, 3}, .hidden = {5, 4}, .latent = 2, .numbers = 2});
  CHECK(n.features == 4);
  const models::Encoder encoder{n.encoder, n.features, 2};
  CHECK(names(encoder) ==
        "hidden.0.weight [5, 6]\nhidden.0.bias [5]\nhidden.2.weight [4, 5]\n"
        "hidden.2.bias [4]\nmean.weight [2, 4]\nmean.bias [2]\n"
        "log_variance.weight [2, 4]\nlog_variance.bias [2]\n");
  CHECK(names(decoder(n)) ==
        "hidden.0.weight [4, 2]\nhidden.0.bias [4]\nhidden.2.weight [5, 4]\nhidden.2.bias [5]\n"
        "output.weight [12, 5]\noutput.bias [12]\n");
}

TEST_CASE("networks: the activation stands behind each hidden layer, a ReLU if none is named") {
  Random random{1};
  const Tensor images = randn({9, 1, 8, 8}, random);
  for (const auto make : {models::dense_networks, models::convolutional_networks}) {
    models::NetworkOptions o = {.image = {1, 8, 8}, .hidden = {5}, .latent = 2};
    const auto features = [&] {
      const Networks n = make(o);
      models::Encoder encoder{n.encoder, n.features, o.latent};
      nn::initialize(encoder, {.seed = 3});
      return encoder.hidden(images).value();
    };
    const Tensor relu_features = features();
    CHECK(amin(relu_features).item() == 0);
    o.activation = nn::Identity{};
    const Tensor linear = features();
    CHECK(amin(linear).item() < 0);
    CHECK(equal(relu(linear), relu_features));
    o.activation = nn::Tanh{};
    CHECK(allclose(features(), tanh(linear)));
  }
}

TEST_CASE("networks: an image that is too small for its convolutions is refused") {
  CHECK(message_of<ShapeError>([] {
          return models::convolutional_networks({.image = {3, 4, 7}, .hidden = {8, 8, 8}});
        }) ==
        "networks: nothing is left of an image [3, 4, 7] after 3 convolutions with stride 2; try "
        "fewer");
}
