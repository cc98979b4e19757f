// What everybody does wrong on the first day, and what the message then says to do.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/losses.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/sequential.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

struct Classifier final : nn::Module {
  nn::Sequential features{nn::Linear{6, 4}, nn::ReLU{}};
  nn::Linear output{4, 3};
  Variable operator()(const Variable& x) const { return output(features(x)); }
  void visit(nn::Visitor& v) override {
    v("features", features);
    v("output", output);
  }
};

// Like Classifier, but its visit forgets a part.
struct Forgetful final : nn::Module {
  nn::Linear first{6, 4}, second{4, 3};
  Variable operator()(const Variable& x) const { return second(first(x)); }
  void visit(nn::Visitor& v) override { v("first", first); }
};

bool says(const std::string& message, const std::string& words) {
  return message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("first mistake: images of another size") {
  models::VariationalAutoencoder model;
  nn::initialize(model);
  Random noise{1};
  nn::Pass pass{noise};
  CHECK(message_of([&] {
          return model.loss(zeros({8, 783}), pass);
        }) ==
        "linear: input [8, 783] does not fit weight [400, 784]: the last axis must be 784, try "
        "reshape; in encoder.hidden.0");
}

TEST_CASE("first mistake: weights that were never given numbers") {
  const Classifier model;
  const std::string told = "call initialize(model, {.seed = 1}) or load(model, path) before";
  CHECK(says(message_of([&] { return model(zeros({2, 6})); }), told));
  CHECK(says(message_of([&] { nn::Adam adam{model}; }),
             "features.0.weight [4, 6] has no numbers yet; call initialize(model)"));
}

TEST_CASE("first mistake: a part that visit forgets") {
  Forgetful model;
  nn::initialize(model);
  CHECK(says(message_of([&] {
               return model(zeros({2, 6}));
             }),
             "if you did, name this part in the visit of its module"));
}

TEST_CASE("first mistake: a part that no optimizer holds, or that the loss does not use") {
  Classifier model;
  nn::initialize(model);
  nn::SGD half{model.output};
  const Variable x = ones({2, 6});
  const std::string forgotten = message_of([&] { half.step(backward(mean(square(model(x))))); });
  CHECK(says(forgotten,
             "features.0.weight [4, 6] and features.0.bias [4] get a gradient but no optimizer "
             "holds them"));
  CHECK(says(forgotten,
             "try an optimizer of the whole model, made after initialize and unfreeze, or freeze "
             "that part, or backward(loss, part)"));
  nn::SGD whole{model};
  const std::string unused =
      message_of([&] { whole.step(backward(mean(square(model.features(x))))); });
  CHECK(says(unused,
             "output.weight [3, 4] and output.bias [3] are held but get no gradient; use them in "
             "the loss, or freeze that part"));
}

TEST_CASE("first mistake: a loss that is not one number, walked twice, or made of constants") {
  Classifier model;
  nn::initialize(model);
  const Variable x = ones({2, 6});
  CHECK(message_of([&] { return backward(model(x)); }) ==
        "backward: the result must have one element and has shape [2, 3]; try its mean or sum, or "
        "gradients with a seed");
  const Variable loss = mean(square(model(x)));
  static_cast<void>(backward(loss));
  CHECK(message_of([&] { return backward(loss); }) ==
        "backward: the graph behind mean [] was freed by an earlier backward; try {.keep_graph = "
        "true} there");
  const NoGrad constants;
  CHECK(message_of([&] { return backward(mean(square(model(x)))); }) ==
        "backward: nothing in this loss [] wants a gradient; compute it from parameters or leaves, "
        "not inside NoGrad, and not with everything frozen");
}

TEST_CASE("first mistake: a target of another shape, data of another dtype") {
  Classifier model;
  nn::initialize(model);
  CHECK(message_of([&] {
          return nn::mse_loss(model(ones({2, 6})), zeros({2}));
        }) == "mse_loss: output [2, 3] and target [2] must have one shape; try reshape or expand");
  CHECK(message_of([&] {
          return model(ones({2, 6}, DType::float64));
        }) ==
        "linear: float64 [2, 6] times float32 [4, 6]; both must be float32 or both float64, try "
        "cast");
}
