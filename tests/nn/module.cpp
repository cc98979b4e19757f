#include <doctest/doctest.h>

#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>

using namespace ebb;
using nn::Linear;

namespace {

struct Block final : nn::Module {
  Linear inner{3, 2};
  nn::Parameter scale{{2}};
  void visit(nn::Visitor& v) override {
    v("inner", inner);
    v("scale", scale);
  }
};
struct Net final : nn::Module {
  Block first, second;
  void visit(nn::Visitor& v) override {
    v("first", first);
    v("second", second);
  }
};
struct Twice final : nn::Module {
  Linear a{1, 1}, b{1, 1};
  void visit(nn::Visitor& v) override {
    v("same", a);
    v("same", b);
  }
};

std::vector<std::string> names(const nn::Module& model) {
  std::vector<std::string> result;
  for (const auto& [name, part] : nn::Parts(model).parameters) result.push_back(name);
  return result;
}

}  // namespace

TEST_CASE("module: parts have the names of their path, in the order of the visit") {
  const Net net;
  CHECK(names(net) == std::vector<std::string>{"first.inner.weight", "first.inner.bias",
                                               "first.scale", "second.inner.weight",
                                               "second.inner.bias", "second.scale"});
  CHECK(nn::count_parameters(net) == 20);
  CHECK(nn::Parts(net).modules.size() == 4);
}

TEST_CASE("module: two parts of one name are an error") {
  const Twice model;
  CHECK_THROWS_WITH_AS(
      nn::Parts{model},
      "visit: two parameters or buffers are called same.bias; give each part its own name", Error);
}

TEST_CASE("initialize: each parameter draws from the stream of its own name") {
  Net net, again;
  Block alone;
  nn::initialize(net, {.seed = 3});
  nn::initialize(again, {.seed = 3});
  CHECK(net.first.inner.weight.value().to_vector<float>() ==
        again.first.inner.weight.value().to_vector<float>());
  CHECK(net.first.inner.weight.value().to_vector<float>() !=
        net.second.inner.weight.value().to_vector<float>());
  nn::initialize(again, {.seed = 4});
  CHECK(net.first.inner.weight.value().to_vector<float>() !=
        again.first.inner.weight.value().to_vector<float>());
  CHECK(net.second.inner.path() == "second.inner");
  CHECK(net.second.inner.weight.path() == "second.inner.weight");
}

TEST_CASE("initialize: float64 where asked, and no other dtype") {
  Net net;
  nn::initialize(net, {.dtype = DType::float64});
  CHECK(net.first.scale.value().dtype() == DType::float64);
  CHECK_THROWS_WITH_AS(nn::initialize(net, {.dtype = DType::int32}),
                       "initialize: int32 weights; try float32 or float64", DTypeError);
}

TEST_CASE("freeze: every part becomes a constant, and back") {
  Net net;
  nn::initialize(net);
  nn::freeze(net.first);
  CHECK(net.first.inner.weight.frozen());
  CHECK_FALSE(net.second.inner.weight.frozen());
  nn::unfreeze(net);
  CHECK_FALSE(net.first.inner.weight.frozen());
}

TEST_CASE("module: a copy learns on its own, models in a vector keep their numbers") {
  Net net;
  nn::initialize(net, {.seed = 1});
  std::vector<Net> many;
  for (int i = 0; i < 5; ++i) many.push_back(net);
  net.first.scale.set(ones({2}));
  CHECK(many[0].first.scale.value().to_vector<float>() == std::vector<float>{0, 0});
  CHECK(many[4].first.inner.weight.value().to_vector<float>() ==
        net.first.inner.weight.value().to_vector<float>());
}

TEST_CASE("visit: optional parts and vectors of parts, and layers of any kind") {
  struct Many final : nn::Module {
    std::vector<Linear> layers{Linear{2, 3}, Linear{3, 2, {.bias = false}}};
    std::vector<nn::Parameter> scales{nn::Parameter{{2}}, nn::Parameter{{2}}};
    std::optional<Linear> head, none;
    std::vector<std::optional<nn::Parameter>> some{std::nullopt, nn::Parameter{{4}}};
    std::vector<nn::Layer> mixed{nn::ReLU{}, Linear{1, 1}};
    nn::Layer last = nn::Sequential{nn::ReLU{}, Linear{1, 1, {.bias = false}}};
    void visit(nn::Visitor& v) override {
      v("layers", layers);
      v("scales", scales);
      v("head", head);
      v("none", none);
      v("some", some);
      v("mixed", mixed);
      v("last", last);
    }
  } model;
  model.head.emplace(2, 1);
  CHECK(names(model) ==
        std::vector<std::string>{"layers.0.weight", "layers.0.bias", "layers.1.weight", "scales.0",
                                 "scales.1", "head.weight", "head.bias", "some.1", "mixed.1.weight",
                                 "mixed.1.bias", "last.1.weight"});
  nn::initialize(model);
  CHECK(model.layers[1].path() == "layers.1");
  CHECK(model.scales[1].path() == "scales.1");
}
