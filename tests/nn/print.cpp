#include <doctest/doctest.h>

#include <nn/buffer.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/sequential.hpp>
#include <sstream>
#include <tensor/random.hpp>

using namespace ebb;
using nn::Linear, nn::Sequential;

namespace {

template <class Inside>
struct Net final : nn::Module {
  Sequential features{Linear{784, 64}, nn::ReLU{}, Inside{64, 3, {.bias = false}}};
  std::vector<Linear> heads{Linear{3, 1}, Linear{3, 1}};
  nn::Parameter scale{{}};
  void visit(nn::Visitor& v) override {
    v("features", features);
    v("heads", heads);
    v("scale", scale);
    v("factor", scale);
    v("first", heads[0]);
  }
};

}  // namespace

TEST_CASE("print: a model is the tree of its parts, with shapes, counts and what is frozen") {
  Net<Linear> net;
  nn::initialize(net);
  nn::freeze(net.heads[1]);
  net.scale = nn::Parameter{{}};
  std::ostringstream out;
  out << net;
  CHECK(out.str() ==
        R"(Net<ebb::nn::Linear>
  features: Sequential
    0: Linear
      weight [64, 784]  50,176
      bias [64]             64
    2: Linear
      weight [3, 64]       192
  heads.0: Linear
    weight [1, 3]            3
    bias [1]                 1
  heads.1: Linear
    weight [1, 3]            3  frozen
    bias [1]                 1  frozen
  scale []                   1  no numbers yet
  factor: the same as scale
  first: the same as heads.0
50,441 parameters, 4 of them frozen)");
  CHECK(to_string(net) == out.str());
}

TEST_CASE("print: models without parts, and with one number") {
  CHECK(to_string(Sequential{}) == "Sequential\n0 parameters");
  struct One final : nn::Module {
    nn::Parameter only{{1}};
    void visit(nn::Visitor& v) override { v("only", only); }
  } one;
  nn::freeze(one);
  CHECK(to_string(one) ==
        "One\n  only [1]  1  frozen  no numbers yet\n1 parameter, 1 of them frozen");
}

TEST_CASE("print: buffers stand among the parts, and are counted apart") {
  struct Counting final : nn::Module {
    nn::Parameter weight{{2}};
    nn::Buffer mean{{1200}}, count{{}, {.dtype = DType::int32}};
    void visit(nn::Visitor& v) override {
      v("weight", weight);
      v("mean", mean);
      v("count", count);
    }
  } model;
  model.count.initialize({}, DType::float32);
  nn::freeze(model);
  CHECK(to_string(model) == R"(Counting
  weight [2]       2  frozen  no numbers yet
  mean [1200]  1,200  buffer  no numbers yet
  count []         1  buffer
2 parameters, 2 of them frozen, and 1,201 numbers in buffers)");
}
