#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <nn/checkpoint.hpp>
#include <nn/files/safetensors.hpp>
#include <nn/layers/normalization.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/parts.hpp>
#include <nn/pass.hpp>
#include <nn/sequential.hpp>
#include <tests/nn/names.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::BatchNorm1d, nn::Pass;

static_assert(std::is_nothrow_move_constructible_v<BatchNorm1d> &&
              std::is_nothrow_move_assignable_v<BatchNorm1d>);

namespace {

BatchNorm1d begun(std::int64_t features, const nn::BatchNormOptions& options = {},
                  DType dtype = DType::float64) {
  BatchNorm1d layer{features, options};
  nn::initialize(layer, {.dtype = dtype});
  return layer;
}

Tensor normal(const Shape& shape) {
  Random random{9};
  return 2 * randn(shape, random, DType::float64) + 1;
}

// The definition, with plain loops, on x [n, features, length]: of one feature at a time.
struct Reference {
  std::vector<double> y, mean, unbiased;
  Reference(const Tensor& x, double epsilon, const std::vector<double>& weight,
            const std::vector<double>& bias)
      : y(static_cast<std::size_t>(x.count())) {
    const auto n = static_cast<std::size_t>(x.size(0)), features = weight.size(),
               length = y.size() / n / features;
    const std::vector<double> in = x.to_vector<double>();
    const auto count = static_cast<double>(n * length);
    for (std::size_t f = 0; f < features; ++f) {
      const auto each = [&](const auto& visit) {
        for (std::size_t i = 0; i < n; ++i)
          for (std::size_t l = 0; l < length; ++l) visit((i * features + f) * length + l);
      };
      double total = 0, squares = 0;
      each([&](std::size_t i) { total += in[i]; });
      const double m = total / count;
      each([&](std::size_t i) { squares += (in[i] - m) * (in[i] - m); });
      each([&](std::size_t i) {
        y[i] = (in[i] - m) / std::sqrt(squares / count + epsilon) * weight[f] + bias[f];
      });
      mean.push_back(m);
      unbiased.push_back(squares / (count - 1));
    }
  }
};

void check_near(const Tensor& found, const std::vector<double>& expected) {
  const std::vector<double> values = found.to_vector<double>();
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(values[i] == doctest::Approx(expected[i]).epsilon(1e-12));
}

}  // namespace

TEST_CASE("batch_norm: a batch gets mean 0 and variance 1, and the running statistics move") {
  BatchNorm1d layer = begun(2, {.epsilon = 0});
  Random random;
  Pass pass{random, true};
  // means 2 and 4, variances 1 and 4, unbiased 2 and 8
  const Variable x = from_vector<double>({1, 2, 3, 6}, {2, 2});
  check_near(layer(x, pass).value(), {-1, -1, 1, 1});
  check_near(layer.running_mean->value(), {0, 0});
  pass.apply();
  check_near(layer.running_mean->value(), {0.2, 0.4});
  check_near(layer.running_var->value(), {0.9 + 0.2, 0.9 + 0.8});
  CHECK(layer.num_batches_tracked->value().item() == 1);
  // as it will be used, and in a pass that does not train
  Pass plain{random};
  const std::vector<double> expected = {0.8 / std::sqrt(1.1), 1.6 / std::sqrt(1.7),
                                        2.8 / std::sqrt(1.1), 5.6 / std::sqrt(1.7)};
  check_near(layer(x).value(), expected);
  check_near(layer(x, plain).value(), expected);
  CHECK(layer.num_batches_tracked->value().item() == 1);
}

TEST_CASE("batch_norm: it agrees with plain loops, with and without a length") {
  for (const Shape& shape : {Shape{7, 3}, Shape{4, 3, 5}, Shape{1, 3, 2}}) {
    BatchNorm1d layer = begun(3, {.epsilon = 0.01, .momentum = 0.3});
    layer.weight->set(from_vector<double>({2, -1, 0.5}));
    layer.bias->set(from_vector<double>({0, 3, -4}));
    const Tensor x = normal(shape);
    const Reference reference(x, 0.01, {2, -1, 0.5}, {0, 3, -4});
    Random random;
    Pass pass{random, true};
    check_near(layer(x, pass).value(), reference.y);
    pass.apply();
    std::vector<double> means, variances;
    for (const double m : reference.mean) means.push_back(0.3 * m);
    for (const double v : reference.unbiased) variances.push_back(0.7 + 0.3 * v);
    check_near(layer.running_mean->value(), means);
    check_near(layer.running_var->value(), variances);
  }
}

TEST_CASE("batch_norm: used twice in a pass, it learns from both batches in turn") {
  BatchNorm1d layer = begun(1, {.momentum = 0.5});
  Random random;
  Pass pass{random, true};
  for (const double value : {4, 8})
    check_near(layer(full({2, 1}, value, DType::float64), pass).value(), {0, 0});
  pass.apply();
  check_near(layer.running_mean->value(), {0.5 * 2 + 0.5 * 8});
  check_near(layer.running_var->value(), {0.25});
  CHECK(layer.num_batches_tracked->value().item() == 2);
}

TEST_CASE("batch_norm: its gradients are right in first and second order") {
  for (const Shape& shape : {Shape{4, 2}, Shape{2, 2, 3}})
    for (const bool training : {true, false}) {
      const BatchNorm1d layer = begun(2);
      check_gradients(
          [&](auto in) {
            Random random;
            Pass pass{random, training};
            const Variable y = layer(in[0], pass);
            pass.discard();
            return tanh(y);
          },
          {normal(shape)}, {.order = 2});
    }
}

TEST_CASE("batch_norm: weight and bias get the gradients of a scale and a shift") {
  BatchNorm1d layer = begun(2, {.epsilon = 0});
  Random random;
  Pass pass{random, true};
  const Variable y = layer(from_vector<double>({1, 2, 3, 6}, {2, 2}), pass);
  const Gradients found =
      backward(sum(y * Variable(from_vector<double>({1, 10, 100, 1000}, {2, 2}))));
  check_near(found[*layer.weight], {-1 + 100, -10 + 1000});
  check_near(found[*layer.bias], {101, 1010});
  pass.discard();
}

TEST_CASE("batch_norm: an optimizer's step with the pass applies it, a refused one does not") {
  BatchNorm1d layer = begun(1), other = begun(1);
  nn::SGD sgd{layer};
  Random random;
  const Variable x = from_vector<double>({1, 3}, {2, 1});
  {
    Pass pass{random, true};
    sgd.step(backward(sum(square(layer(x, pass)))), pass);
  }
  CHECK(layer.num_batches_tracked->value().item() == 1);
  CHECK(message_of([&] {
          Pass pass{random, true};
          sgd.step(backward(sum(square(layer(x, pass) + other(x)))), pass);
          return 0;
        }).find("get a gradient but no optimizer holds them") != std::string::npos);
  CHECK(layer.num_batches_tracked->value().item() == 1);
}

TEST_CASE("batch_norm: without tracking each batch is its own measure, without affine it is bare") {
  BatchNorm1d layer = begun(1, {.epsilon = 0, .affine = false, .track = false});
  CHECK(names(layer).empty());
  CHECK(nn::Parts(layer).buffers.empty());
  check_near(layer(from_vector<double>({1, 3}, {2, 1})).value(), {-1, 1});
  Random random;
  Pass pass{random, true};
  check_near(layer(from_vector<double>({1, 3}, {2, 1}), pass).value(), {-1, 1});
}

TEST_CASE("batch_norm: it is saved under PyTorch's names, the count as I64") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  nn::Sequential net{BatchNorm1d{2}}, other{BatchNorm1d{2}};
  nn::initialize(net);
  nn::save(net, path);
  Names saved;
  for (const auto& [name, tensor] : nn::read_safetensors(path)) saved.push_back(name);
  CHECK(saved ==
        Names{"0.weight", "0.bias", "0.running_mean", "0.running_var", "0.num_batches_tracked"});
  CHECK(read_file(path).find(R"("0.num_batches_tracked":{"dtype":"I64","shape":[])") !=
        std::string::npos);
  nn::load(other, path);
  const Variable x = from_vector<float>({1, 2}, {1, 2});
  CHECK(other(x).value().to_vector<float>() == net(x).value().to_vector<float>());
  CHECK(nn::count_parameters(net) == 4);
}

TEST_CASE("batch_norm: shapes, batches of one and options that cannot be are refused") {
  nn::Sequential net{BatchNorm1d{3}};
  nn::initialize(net);
  Random random;
  Pass pass{random, true};
  CHECK(message_of<ShapeError>([&] {
          return net(zeros({5, 2}));
        }) ==
        "batch_norm: input [5, 2] does not fit 3 features; it must be [n, 3] or [n, 3, length], "
        "try reshape; in 0");
  CHECK_THROWS_AS(net(zeros({3})), ShapeError);
  CHECK_THROWS_AS(net(zeros({5, 3, 1, 1})), ShapeError);
  CHECK(message_of<ShapeError>([&] {
          return net(zeros({1, 3}), pass);
        }) ==
        "batch_norm: input [1, 3] has 1 value per feature, statistics of a batch need at least 2; "
        "try a larger batch, or leave this one out; in 0");
  CHECK_THROWS_AS(net(zeros({0, 3}), pass), ShapeError);
  CHECK(net(zeros({1, 3})).shape() == Shape{1, 3});
  CHECK(net(zeros({1, 3, 2}), pass).shape() == Shape{1, 3, 2});
  pass.discard();
  CHECK(message_of([] {
          return BatchNorm1d{3, {.epsilon = -1}};
        }) == "batch_norm: an epsilon of -1; it must be finite and at least 0, try 1e-5");
  CHECK(message_of([] {
          return BatchNorm1d{3, {.momentum = 1.5}};
        }) == "batch_norm: a momentum of 1.5; it must be from 0 to 1, try 0.1");
}
