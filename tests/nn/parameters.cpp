#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/linear.hpp>
#include <nn/parameters.hpp>
#include <nn/sequential.hpp>
#include <tests/nn/names.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Linear, nn::Sequential;

TEST_CASE("parameters: all of a model, or those that are chosen, or those of two models") {
  Sequential net{Linear{3, 2}, Linear{2, 1}};
  nn::initialize(net);
  CHECK(names(nn::parameters(net)) == Names{"0.weight", "0.bias", "1.weight", "1.bias"});
  const auto is_matrix = [](const nn::Parameter& p) { return p.shape().rank() > 1; };
  CHECK(names(nn::parameters(net, is_matrix)) == Names{"0.weight", "1.weight"});
  CHECK(names(nn::parameters(net, [](const nn::Parameter& p) { return p.path() == "1.bias"; })) ==
        Names{"1.bias"});
  CHECK(nn::parameters(net, [](const nn::Parameter&) { return false; }).size() == 0);
  Linear other{1, 1};
  nn::initialize(other);
  nn::Parameters both = nn::parameters(net, is_matrix);
  both += net;
  both += other;
  CHECK(names(both) == Names{"0.weight", "1.weight", "0.bias", "1.bias", "weight", "bias"});
  Linear third{1, 1};
  nn::initialize(third);
  both += third;
  CHECK(names(both).back() == "bias#2");
  for (const auto& [name, part] : both) part->freeze();
  CHECK(other.weight.frozen());
}

TEST_CASE("parameter: by its full name, and near names where there is none") {
  struct Net final : nn::Module {
    Sequential encoder{Linear{3, 2}, Linear{2, 1}};
    Linear head{1, 1, {.bias = false}};
    void visit(nn::Visitor& v) override { v("encoder", encoder), v("head", head); }
  } net;
  nn::initialize(net);
  nn::Parameter& weight = nn::parameter(net, "head.weight");
  CHECK(&weight == &net.head.weight);
  const Net& constant = net;
  CHECK(nn::parameter(constant, "encoder.1.bias").shape() == Shape{1});
  CHECK(message_of([&] { return &nn::parameter(net, "encoder.1.wieght"); }) ==
        "parameter: the model has none called encoder.1.wieght; try encoder.1.weight, "
        "encoder.0.weight, encoder.1.bias or one of 2 more");
  CHECK(message_of([&] { return &nn::parameter(net, "head"); }) ==
        "parameter: the model has none called head; try head.weight, encoder.0.bias, "
        "encoder.1.bias or one of 2 more");
  Sequential none;
  CHECK(message_of([&] { return &nn::parameter(none, "weight"); }) ==
        "parameter: the model has none called weight; it has none");
}

TEST_CASE("backward: for a part alone, its frozen parameters left out") {
  Sequential net{Linear{3, 2}, Linear{2, 1}}, other{Linear{2, 1}};
  nn::initialize(net);
  nn::Parameters last =
      nn::parameters(net, [](const nn::Parameter& p) { return p.path().starts_with("1."); });
  const auto loss = [&] { return sum(square(net(ones({1, 3})))); };
  CHECK(backward(loss()).entries().size() == 4);
  CHECK(backward(loss(), net).entries().size() == 4);
  const Gradients all = backward(loss()), some = backward(loss(), last);
  CHECK(some.entries().size() == 2);
  for (const auto& [name, part] : last) {
    CHECK(some[*part].to_vector<float>() == all[*part].to_vector<float>());
    CHECK(some.expects(part->leaf()));
  }
  CHECK(!some.expects(nn::parameter(net, "0.weight").leaf()));
  CHECK(all.expects(nn::parameter(net, "0.weight").leaf()));
  nn::parameter(net, "1.bias").freeze();
  CHECK(backward(loss(), last).entries().size() == 1);
  CHECK(message_of([&] { return backward(loss(), other); }) ==
        "backward: 0.weight [1, 2] has no numbers yet; call initialize(model) or load(model, path) "
        "first");
  nn::initialize(other);
  CHECK(backward(loss(), other).entries().empty());
}
