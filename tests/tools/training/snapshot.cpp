#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/buffer.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/normalization.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>
#include <tensor/views.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/training/snapshot.hpp>

using namespace ebb::tools;

using namespace ebb;

namespace {

nn::Sequential two_layers() {
  nn::Sequential net{nn::Linear{3, 2}, nn::Linear{2, 1}};
  nn::initialize(net, {.seed = 5});
  return net;
}

void poison(nn::Module& model, std::size_t part, float number) {
  nn::Parameter& parameter = *nn::Parts(model).parameters[part].second;
  parameter.set(full(parameter.shape(), number));
}

}  // namespace

TEST_CASE("snapshot: restored, weights, optimizer and position go on as before") {
  nn::Sequential net = two_layers();
  nn::Adam adam{net, {.learning_rate = 0.1}};
  Snapshot snapshot(net, adam);
  const auto step = [&] { adam.step(backward(sum(square(net(ones({4, 3})))))); };
  step();
  Metrics metrics;
  metrics.add("loss", 4.0, 1);
  snapshot.take({.noise = {1, 2, 3}, .metrics = metrics, .batch = 5, .steps = 1});
  const std::vector<float> before = numbers(net);
  step();
  const std::vector<float> after = numbers(net);
  for (int again = 0; again < 2; ++again) {
    poison(net, 0, NAN);
    const Position position = snapshot.restore();
    CHECK(position.noise.position == 3);
    CHECK(position.metrics.mean("loss") == 4);
    CHECK(position.batch == 5);
    CHECK(position.steps == 1);
    CHECK(numbers(net) == before);
    step();
    CHECK(numbers(net) == after);
  }
}

TEST_CASE("snapshot: an average goes back, too") {
  nn::Sequential net = two_layers();
  nn::SGD sgd{net, {.learning_rate = 0.1}};
  nn::Average average{net, {.decay = 0.5}};
  Snapshot snapshot(net, sgd, &average);
  const auto step = [&] {
    sgd.step(backward(sum(square(net(ones({4, 3}))))));
    average.update();
  };
  const auto mean = [&] {
    const nn::Averaged scope(average);
    return numbers(net);
  };
  step();
  snapshot.take({});
  const std::vector<float> before = mean();
  step();
  const std::vector<float> after = mean();
  CHECK(after != before);
  static_cast<void>(snapshot.restore());
  CHECK(average.updates() == 1);
  CHECK(mean() == before);
  step();
  CHECK(mean() == after);
}

TEST_CASE("numbers: a copy of all of a model, and nothing before it was taken") {
  nn::Sequential net{nn::Linear{3, 2}, nn::BatchNorm1d{2}};
  nn::initialize(net);
  Numbers copy(net);
  poison(net, 0, 7);
  copy.restore();
  CHECK(!copy.taken());
  CHECK(numbers(net)[0] == 7);
  nn::Buffer& mean = *nn::Parts(net).buffers[0].second;
  mean.set(full({2}, 3));
  copy.take();
  poison(net, 0, 8);
  mean.set(full({2}, 4));
  copy.restore();
  CHECK(copy.taken());
  CHECK(numbers(net)[0] == 7);
  CHECK(mean.value().to_vector<float>() == std::vector<float>{3, 3});
}

TEST_CASE("snapshot: the first parameter with a NaN or an infinity is named") {
  nn::Sequential net = two_layers();
  nn::SGD sgd{net};
  const Snapshot snapshot(net, sgd);
  CHECK(snapshot.spoiled() == "");
  poison(net, 3, INFINITY);
  CHECK(snapshot.spoiled() == "1.bias");
  poison(net, 2, -INFINITY);
  CHECK(snapshot.spoiled() == "1.weight");
  poison(net, 1, NAN);
  CHECK(snapshot.spoiled() == "0.bias");
}
