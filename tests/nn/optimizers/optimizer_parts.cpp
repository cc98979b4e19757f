// Covers: nn/optimizers/optimizer.cpp
// Which parameters does a step concern? Those that get a gradient, those held, those frozen.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/parameters.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Linear, nn::Sequential;

namespace {

constexpr const char* what_to_try =
    "; try an optimizer of the whole model, made after initialize and unfreeze, or freeze that "
    "part, or backward(loss, part)";

std::vector<float> numbers(const nn::Module& model) {
  std::vector<float> all;
  for (const auto& [name, part] : nn::Parts(model).parameters)
    for (const float number : part->value().to_vector<float>()) all.push_back(number);
  return all;
}

// Two parts of which a loss may use one.
struct Pair final : nn::Module {
  Linear left{2, 2}, right{2, 2};
  Pair() { nn::initialize(*this, {.seed = 1}); }
  void visit(nn::Visitor& v) override { v("left", left), v("right", right); }
  Variable left_loss() const { return mean(square(left(ones({3, 2})))); }
  Variable right_loss() const { return mean(square(right(ones({3, 2})))); }
  Variable loss() const { return mean(square(left(right(ones({3, 2}))))); }
};

}  // namespace

TEST_CASE("optimizer: what gets a gradient and has no optimizer is named, and what gets none") {
  Sequential net{Linear{2, 2}, Linear{2, 1}};
  nn::initialize(net);
  Sequential half{Linear{2, 2}};
  nn::initialize(half);
  nn::SGD optimizer{half};
  CHECK(message_of([&] {
          optimizer.step(backward(sum(net(ones({1, 2}))) + sum(half(ones({1, 2})))));
        }) ==
        text("sgd: 0.weight [2, 2], 0.bias [2], 1.weight [1, 2] and 1.bias [1] get a gradient but "
             "no optimizer holds them",
             what_to_try));
  CHECK(optimizer.steps() == 0);
  nn::SGD whole{net};
  CHECK(message_of([&] {
          whole.step(backward(sum(half(ones({1, 2})))));
        }) ==
        "sgd: 0.weight [2, 2], 0.bias [2], 1.weight [1, 2] and 1.bias [1] are held but get no "
        "gradient; use them in the loss, or freeze that part, or try backward(loss, part)");
  Sequential third{Linear{2, 2, {.bias = false}}};
  nn::initialize(third);
  CHECK(message_of([&] {
          whole.step(backward(sum(third(ones({1, 2})))));
        }) ==
        text("sgd: 0.weight [2, 2] gets a gradient but no optimizer holds it", what_to_try,
             "; 0.weight [2, 2], 0.bias [2], 1.weight [1, 2] and 1.bias [1] are held but get no "
             "gradient; use them in the loss, or freeze that part, or try backward(loss, part)"));
}

TEST_CASE("optimizer: of many parts it names the first, of one that one, of a nameless its shape") {
  Sequential net{Linear{2, 2}, Linear{2, 2}, Linear{2, 2}};
  nn::initialize(net);
  nn::Parts parts(net);
  for (std::size_t i = 1; i < 6; ++i) parts.parameters[i].second->freeze();
  nn::SGD one{net};  // holds 0.weight alone
  nn::Parameter nameless({3});
  nameless.set(ones({3}));
  CHECK(message_of([&] { one.step(backward(sum(nameless * nameless))); }) ==
        text("sgd: a parameter [3] gets a gradient but no optimizer holds it", what_to_try,
             "; 0.weight [2, 2] is held but gets no gradient; use it in the loss, or freeze that "
             "part, or try backward(loss, part)"));
  nn::unfreeze(net);
  CHECK(message_of([&] {
          one.step(backward(sum(net(ones({1, 2})))));
        }) == text("sgd: 0.bias [2], 1.weight [2, 2], 1.bias [2] and 2 more get a gradient but no "
                   "optimizer holds them",
                   what_to_try));
}

TEST_CASE("optimizer: made before the model was initialized again, it says so, in any step") {
  Linear model{2, 1, {.bias = false}};
  nn::initialize(model);
  nn::Adam adam{model};
  const auto step = [&] { adam.step(backward(sum(square(model(ones({1, 2})))))); };
  step();
  nn::initialize(model, {.seed = 5});
  const std::vector<float> before = numbers(model);
  CHECK(message_of(step) ==
        text("adam: weight [1, 2] gets a gradient but no optimizer holds it", what_to_try));
  CHECK(adam.steps() == 1);
  CHECK(numbers(model) == before);
}

TEST_CASE("optimizer: after its first gradient a part may go without") {
  Pair model;
  nn::SGD optimizer{model};
  optimizer.step(backward(model.loss()));
  const std::vector<float> left = numbers(model.left), right = numbers(model.right);
  optimizer.step(backward(model.left_loss()));
  CHECK(numbers(model.left) != left);
  CHECK(numbers(model.right) == right);
  CHECK(optimizer.steps() == 2);
}

TEST_CASE("optimizer: gradients of leaves that are no parameters are none of its business") {
  Linear model{2, 1};
  nn::initialize(model);
  nn::SGD optimizer{model};
  const Variable image = leaf(ones({1, 2}));
  const Gradients found = backward(sum(square(model(image))));
  CHECK(found.find(image) != nullptr);
  const std::vector<float> before = numbers(model);
  optimizer.step(found);
  CHECK(numbers(model) != before);
}

TEST_CASE("optimizer: two of them share one loss, each with its own parameters") {
  Pair model;
  nn::SGD left{model.left, {.learning_rate = 0.5}};
  const std::vector<float> before = numbers(model.right);
  const Gradients some = backward(model.loss());
  CHECK(message_of([&] { left.step(some); }) ==
        text("sgd: right.weight [2, 2] and right.bias [2] get a gradient but no optimizer holds "
             "them",
             what_to_try));
  {
    nn::Adam right{model.right, {.learning_rate = 0.1}};
    const Gradients both = backward(model.loss());
    left.step(both);
    right.step(both);
    CHECK(numbers(model.right) != before);
    CHECK(right.steps() == 1);
  }
  // The other one is gone, and with it what held its part.
  CHECK(message_of([&] { left.step(backward(model.loss())); }).find("no optimizer holds") !=
        std::string::npos);
}

TEST_CASE("optimizer: one over alternating parts expects those that backward was called for") {
  Pair model;
  nn::Adam adam{model};
  const std::vector<float> left = numbers(model.left), right = numbers(model.right);
  adam.step(backward(model.loss(), model.right));  // whose way leads through the left one
  CHECK(numbers(model.left) == left);
  CHECK(numbers(model.right) != right);
  // The first turn of the left one, and nothing reaches it.
  CHECK(message_of([&] { adam.step(backward(model.right_loss(), model.left)); }) ==
        "adam: left.weight [2, 2] and left.bias [2] are held but get no gradient; use them in the "
        "loss, or freeze that part, or try backward(loss, part)");
  CHECK(message_of([&] { adam.step(backward(model.right_loss())); }).find("left.weight [2, 2]") !=
        std::string::npos);
  for (int i = 0; i < 2; ++i) {
    adam.step(backward(model.left_loss(), model.left));
    adam.step(backward(model.right_loss(), model.right));
  }
  CHECK(adam.steps() == 5);
  CHECK(numbers(model.left) != left);
}

TEST_CASE("optimizer: gradients added up expect what their summands did") {
  Pair model;
  nn::SGD optimizer{model};
  Gradients total;
  total += backward(model.left_loss(), model.left);
  total += backward(model.right_loss(), model.left);
  total += backward(model.left_loss(), model.left);
  optimizer.step(total);
  Pair other;
  nn::SGD another{other};
  Gradients both;
  both += backward(other.left_loss(), other.left);
  both += backward(other.left_loss(), other.right);
  CHECK(message_of([&] { another.step(both); }).find("sgd: right.weight [2, 2] and right.bias") ==
        0);
}

TEST_CASE("optimizer: a frozen part gets no gradient, wherever it is in the model") {
  Pair model;
  nn::freeze(model.right);
  const std::vector<float> left = numbers(model.left), right = numbers(model.right);
  nn::SGD optimizer{model};
  optimizer.step(backward(model.loss()));
  CHECK(numbers(model.left) != left);
  CHECK(numbers(model.right) == right);
}

TEST_CASE("optimizer: parts may be frozen when it holds them already, and thaw again") {
  Pair model;
  nn::SGD optimizer{model, {.learning_rate = 0.1}};
  nn::freeze(model.right);
  const std::vector<float> right = numbers(model.right);
  optimizer.step(backward(model.loss()));
  optimizer.step(backward(model.left_loss()));
  optimizer.step(backward(model.loss()));
  CHECK(numbers(model.right) == right);
  nn::unfreeze(model);
  CHECK(message_of([&] {
          optimizer.step(backward(model.left_loss()));
        }).find("sgd: right.weight [2, 2] and right.bias [2] are held but get no gradient") == 0);
  optimizer.step(backward(model.loss()));
  CHECK(numbers(model.right) != right);
}

TEST_CASE("optimizer: a gradient from before a part was frozen does not move it") {
  Pair model;
  nn::SGD optimizer{model};
  nn::SGD left{model.left};
  const Gradients found = backward(model.loss());
  nn::freeze(model.right);
  const std::vector<float> right = numbers(model.right);
  optimizer.step(found);
  CHECK(numbers(model.right) == right);
}

TEST_CASE("optimizer: what is unfrozen after it was made is named") {
  Pair model;
  nn::freeze(model.right);
  nn::SGD optimizer{model};
  optimizer.step(backward(model.loss()));
  nn::unfreeze(model);
  CHECK(message_of([&] { optimizer.step(backward(model.loss())); }) ==
        text("sgd: right.weight [2, 2] and right.bias [2] get a gradient but no optimizer holds "
             "them",
             what_to_try));
}

TEST_CASE("optimizer: chosen parameters alone get its weight decay") {
  Pair model, same;
  const auto is_matrix = [](const nn::Parameter& p) { return p.shape().rank() > 1; };
  const auto is_none = [&](const nn::Parameter& p) { return !is_matrix(p); };
  nn::SGD matrices{nn::parameters(model, is_matrix), {.learning_rate = 0.1, .weight_decay = 0.5}};
  nn::SGD biases{nn::parameters(model, is_none), {.learning_rate = 0.1}};
  nn::SGD plain{same, {.learning_rate = 0.1}};
  const std::vector<float> matrix = model.left.weight.value().to_vector<float>();
  const Gradients found = backward(model.loss());
  matrices.step(found);
  biases.step(found);
  plain.step(backward(same.loss()));
  CHECK(model.left.bias->value().to_vector<float>() == same.left.bias->value().to_vector<float>());
  for (std::size_t i = 0; i < matrix.size(); ++i)
    CHECK(model.left.weight.value().to_vector<float>()[i] ==
          doctest::Approx(same.left.weight.value().to_vector<float>()[i] - 0.05 * matrix[i]));
}

TEST_CASE("optimizer: moved, it goes on; the place that it left holds nothing") {
  Pair model;
  const auto holders = [&] { return model.left.weight.leaf().node()->holders.load(); };
  CHECK(holders() == 0);
  {
    nn::Adam first{model}, second{model.left};
    CHECK(holders() == 2);
    first.step(backward(model.loss()));
    std::vector<nn::Adam> many;
    many.push_back(std::move(first));
    many.push_back(nn::Adam{model});
    many.push_back(nn::Adam{model});  // the vector grows, and moves them
    CHECK(holders() == 4);
    CHECK(many[0].steps() == 1);
    const std::vector<float> before = numbers(model);
    many[0].step(backward(model.loss()));
    CHECK(numbers(model) != before);
    many[1] = std::move(many[0]);
    many.pop_back();
    CHECK(many[1].steps() == 2);
    many.erase(many.begin());
    CHECK(holders() == 2);
  }
  CHECK(holders() == 0);
  Linear empty{2, 2};
  CHECK_THROWS_AS((nn::Adam{(nn::parameters(model) += empty)}), Error);
  CHECK(holders() == 0);
}

TEST_CASE("optimizer: back in the state of a later step it takes what comes") {
  Pair model;
  nn::Adam first{model};
  first.step(backward(model.loss()));
  nn::Adam again{model};
  again.restore(first.state());
  again.step(backward(model.left_loss()));
  CHECK(again.steps() == 2);
}
