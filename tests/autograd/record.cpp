// Covers: autograd/operation.hpp
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/joint.hpp>
#include <autograd/record.hpp>
#include <autograd/trace.hpp>
#include <tensor/reduce.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// What was told of the last operation.
struct Last final : Listener {
  void hear(const Heard& heard) override {
    attributes.assign(heard.attributes.begin(), heard.attributes.end());
    inputs = heard.inputs;
    shapes.clear();
    for (const Input& input : inputs)
      shapes.push_back(input.value ? input.value->shape() : Shape{});
    node = heard.node;
  }
  std::vector<Attribute> attributes;  // views: of literals here
  std::vector<Input> inputs;
  std::vector<Shape> shapes;  // of the inputs, which may be gone when a test looks
  const Node* node = nullptr;
};

const auto same = [](const Variable& dy) { return dy; };

}  // namespace

TEST_CASE("record: attributes are whole numbers, numbers, lists and words") {
  static const Shape shape = {2, 3};
  static const Axes axes = {1};
  const Last last;
  const Variable y = record({"test",
                             {{"axis", 1},
                              {"keepdim", true},
                              {"scale", 0.5},
                              {"shape", shape},
                              {"axes", axes},
                              {"dtype", "float32"}}},
                            ones({}));
  REQUIRE(last.attributes.size() == 6);
  CHECK(std::get<std::int64_t>(last.attributes[0].value) == 1);
  CHECK(std::get<std::int64_t>(last.attributes[1].value) == 1);
  CHECK(std::get<double>(last.attributes[2].value) == 0.5);
  CHECK(std::get<Attribute::Numbers>(last.attributes[3].value)[1] == 3);
  CHECK(std::get<Attribute::Numbers>(last.attributes[4].value).size() == 1);
  CHECK(std::string(std::get<const char*>(last.attributes[5].value)) == "float32");
  CHECK(std::string(last.attributes[5].name) == "dtype");
}

TEST_CASE("record: tells of every input, in order, constants and numbers too") {
  const Last last;
  const Variable x = leaf(ones({2})), k = ones({3});
  const Tensor mask = ones({4});
  SUBCASE("one by one") {
    const Variable y = record("test", ones({}), Constant{mask}, Wrt{x, same}, Constant{2},
                              Wrt{k, same}, Constant{x});
    REQUIRE(last.inputs.size() == 5);
    CHECK(last.inputs[0].value == &mask);
    CHECK(last.inputs[0].node == nullptr);
    CHECK(last.inputs[1].node == x.node().get());
    CHECK(last.inputs[2].value == nullptr);
    CHECK(last.inputs[2].number == 2);
    CHECK(last.inputs[3].value == &k.value());
    CHECK(last.inputs[4].node == x.node().get());
    CHECK(y.node()->edges.size() == 1);  // to x, which only the Wrt asks for
    CHECK(last.node == y.node().get());
  }
  SUBCASE("several in a vector, and several with one rule") {
    const auto rule = [](const Variable& dy, const Wanted&) { return std::vector{dy, dy}; };
    const Variable y =
        record("test", ones({}), std::vector{Wrt{x, same}, Wrt{k, same}}, Wrt{{k, x}, rule});
    REQUIRE(last.inputs.size() == 4);
    CHECK(last.inputs[0].node == x.node().get());
    CHECK(last.inputs[1].value == &k.value());
    CHECK(last.shapes[2] == Shape{3});
    CHECK(last.inputs[3].node == x.node().get());
  }
}

TEST_CASE("record: a result of constants alone stays a constant while somebody listens") {
  const Last last;
  const Variable x = leaf(ones({2}));
  CHECK(!record("test", ones({2}), Constant{x}, Wrt{Variable(ones({2})), same}).wants_gradient());
  CHECK(last.node == nullptr);
  CHECK(last.inputs.size() == 2);
  const NoGrad constants;
  CHECK(!exp(x).wants_gradient());
  CHECK(last.inputs.size() == 1);
}
