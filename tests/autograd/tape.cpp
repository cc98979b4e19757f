#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <tensor/parts.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

constexpr std::size_t megabyte = 1 << 20;
constexpr std::int64_t big = 512;  // a [big, big] matrix of float32 is one megabyte

Variable big_leaf() { return leaf(ones({big, big})); }

// Megabytes in tensors that live now, counted from the construction on; handles round away.
class Megabytes final {
 public:
  int more() const {
    const std::size_t now = memory_use().live_bytes;
    return static_cast<int>((now - before_ + megabyte / 2) / megabyte);
  }

 private:
  std::size_t before_ = memory_use().live_bytes;
};

}  // namespace

TEST_CASE("tape: constants have no node, whatever is computed with them") {
  const Variable a = ones({2, 2}), b = 3 * a, c = sum(matmul(a, exp(b)) - b);
  CHECK(!a.wants_gradient());
  CHECK(!b.wants_gradient());
  CHECK(!c.wants_gradient());
}

TEST_CASE("tape: constants keep no memory") {
  const Megabytes memory;
  Variable y = ones({big, big});
  for (int i = 0; i < 5; ++i) y = exp(matmul(y, y) * 0);
  CHECK(memory.more() == 1);
}

TEST_CASE("tape: an operation has an edge for each input that wants a gradient, and no other") {
  const Variable x = leaf(ones({2, 2})), k = ones({2, 2});
  const auto inputs = [](const Variable& y) {
    std::vector<const Node*> nodes;
    for (const Edge& edge : y.node()->edges) nodes.push_back(edge.input.get());
    return nodes;
  };
  const Node* node = x.node().get();
  CHECK(inputs(matmul(x, k)) == std::vector<const Node*>{node});
  CHECK(inputs(matmul(k, x)) == std::vector<const Node*>{node});
  CHECK(inputs(matmul(x, x)) == std::vector<const Node*>{node, node});
  CHECK(inputs(x * 2) == std::vector<const Node*>{node});
  CHECK(inputs(2 / x) == std::vector<const Node*>{node});
}

TEST_CASE("tape: the rule of a constant is dropped, and what it captured with it") {
  const auto token = std::make_shared<int>(1);
  const auto pair = [&](const Variable& a, const Variable& b) {
    const auto rule = [token](const Variable& dy) { return dy; };
    return record("pair", a.value() + b.value(), Wrt{a, rule}, Wrt{b, rule});
  };
  const Variable x = leaf(ones({})), k = ones({});
  {
    const Variable y = pair(x, k);
    CHECK(token.use_count() == 2);
    const Variable z = pair(y, x);
    CHECK(token.use_count() == 4);
    const Variable constant = pair(k, k);
    CHECK(token.use_count() == 4);
  }
  CHECK(token.use_count() == 1);
}

TEST_CASE("tape: a product keeps what the other side's gradient needs, and no more") {
  const Variable x = leaf(ones({big, big}));
  const Megabytes memory;
  Variable y;
  SUBCASE("with a constant on the right: the constant") {
    y = matmul(x, Variable(ones({big, big})));
    CHECK(memory.more() == 2);
  }
  SUBCASE("with a constant on the left: again the constant") {
    y = matmul(Variable(ones({big, big})), x);
    CHECK(memory.more() == 2);
  }
  SUBCASE("a first layer keeps its input for the weight, not the weight for its input") {
    {
      const Variable weight = big_leaf();
      y = matmul(Variable(ones({big, big})), weight);
      CHECK(memory.more() == 3);
    }
    CHECK(memory.more() == 2);
  }
  SUBCASE("with a leaf that is dropped: the leaf's value") {
    y = matmul(x, big_leaf());
    CHECK(memory.more() == 2);
  }
}

TEST_CASE("tape: an elementwise operation keeps what its slope reads") {
  const Variable x = big_leaf();
  const Megabytes memory;
  CHECK(sum(x + 1).wants_gradient());
  Variable y;
  SUBCASE("nothing for sums") {
    y = sum(2 * ((x + 1) - 3));
    CHECK(memory.more() == 0);
  }
  SUBCASE("the output for exp") {
    y = sum(exp(x));
    CHECK(memory.more() == 1);
  }
  SUBCASE("the output, once, for two operations in a row that read theirs") {
    y = sum(exp(tanh(x)));
    CHECK(memory.more() == 2);
  }
  SUBCASE("the input for log, which is the leaf's own memory") {
    y = sum(log(x));
    CHECK(memory.more() == 0);
  }
}

TEST_CASE("tape: only an operation whose rule reads the output keeps it") {
  const Variable x = leaf(ones({3}));
  CHECK(exp(x).node()->output.has_value());
  CHECK(!log(x).node()->output.has_value());
  CHECK(!(x * 3).node()->output.has_value());
  CHECK(!(1 / Variable(ones({3})) * x).node()->output.has_value());
}

TEST_CASE("tape: what a rule reads of the output has derivatives itself") {
  const auto my_tanh = [](const Variable& x) {
    return record("my_tanh", tanh(x.value()),
                  Wrt{x, [](const Variable& y, const Variable& dy) { return dy * (1 - y * y); }});
  };
  const double t = std::tanh(0.5);
  const Variable x = leaf(full({}, 0.5, DType::float64));
  const auto [first] = gradients(my_tanh(x), {x}, {.create_graph = true});
  const auto [second] = gradients(first, {x}, {.create_graph = true});
  const auto [third] = gradients(second, {x});
  CHECK(first.item() == doctest::Approx(1 - t * t).epsilon(1e-14));
  CHECK(second.item() == doctest::Approx(-2 * t * (1 - t * t)).epsilon(1e-14));
  CHECK(third.item() == doctest::Approx((6 * t * t - 2) * (1 - t * t)).epsilon(1e-14));
  check_gradients([&](auto in) { return my_tanh(in[0]); }, {from_vector<double>({-1, 0.2, 2})},
                  {.order = 3});
}

TEST_CASE("tape: a rule that reads the output makes no cycle") {
  std::weak_ptr<Node> node;
  {
    const Variable y = exp(exp(leaf(ones({2}))));
    node = y.node();
    static_cast<void>(gradients(sum(y), {y}));
  }
  CHECK(node.expired());
}

TEST_CASE("tape: a write into what a rule saved is an error when the rule runs") {
  Tensor value = from_vector<float>({1, 2, 3});
  const std::string expected =
      "saved: a tensor [3] was written after a rule had saved it; compute the gradients before you "
      "change it; in the derivative of log";
  const Variable x = leaf(value), y = sum(log(x));
  CHECK(gradients(y, {x})[0].value().to_vector<float>()[1] == 0.5);
  value.writable_data<float>()[1] = 4;
  CHECK(message_of([&] { return gradients(y, {x}); }) == expected);
  // What was recorded since then saw the new number.
  CHECK(gradients(sum(log(x)), {x})[0].value().to_vector<float>()[1] == 0.25);
}

TEST_CASE("tape: a write into an output that a rule reads is an error, too") {
  const Variable x = leaf(ones({2})), y = exp(x);
  Tensor value = y.value();
  value.writable_data<float>()[0] = 0;
  CHECK(message_of([&] { return gradients(sum(y), {x}); }) ==
        "saved: a tensor [2] was written after a rule had saved it; compute the gradients before "
        "you change it; in the derivative of exp");
}

TEST_CASE("tape: a write into what no rule needs does no harm") {
  Tensor value = ones({2});
  const Variable x = leaf(value), k = ones({2}), y = sum(x * k) + sum(x);
  value.writable_data<float>()[0] = 7;  // only k's rule would have read it
  CHECK(gradients(y, {x})[0].value().to_vector<float>() == std::vector<float>{2, 2});
}

TEST_CASE("tape: a write through a view of the same storage counts") {
  const Tensor value = ones({4});
  Tensor half = reshape(value, {2, 2});
  const Variable x = leaf(value), y = sum(square(x));
  half.writable_data<float>()[3] = 2;
  CHECK_THROWS_AS(gradients(y, {x}), Error);
}

TEST_CASE("tape: users record operations with any number of inputs") {
  const auto total = [](const std::vector<Variable>& parts) {
    Tensor y = zeros({2});
    const auto wrt = [](const Variable& part) {
      return Wrt{part, [](const Variable& dy) { return dy; }};
    };
    std::vector<decltype(wrt(parts[0]))> inputs;
    for (const Variable& part : parts) {
      y = y + part.value();
      inputs.push_back(wrt(part));
    }
    return record("total", y, std::move(inputs));
  };
  const Variable a = leaf(ones({2})), b = leaf(ones({2})), k = ones({2});
  const Variable y = total({a, k, b, b});
  CHECK(y.value().to_vector<float>() == std::vector<float>{4, 4});
  REQUIRE(y.node()->edges.size() == 3);
  const auto [da, db] = gradients(sum(y), {a, b});
  CHECK(da.value().to_vector<float>() == std::vector<float>{1, 1});
  CHECK(db.value().to_vector<float>() == std::vector<float>{2, 2});
  CHECK(!total({k, k}).wants_gradient());
  CHECK(!total({}).wants_gradient());
}

TEST_CASE("tape: a rule that gives a gradient of the wrong shape or dtype is told so") {
  const Variable x = leaf(ones({2, 3}));
  const auto forgets_to_sum =
      record("row", ones({3}), Wrt{x, [](const Variable& dy) { return dy; }});
  CHECK(message_of([&] { return gradients(sum(forgets_to_sum), {x}); }) ==
        "row: its rule gave a gradient float32 [3] for an input float32 [2, 3]; they must be "
        "alike, try expand, sum_to or cast");
  const auto forgets_to_cast = record("wide", cast(x.value(), DType::float64),
                                      Wrt{x, [](const Variable& dy) { return dy; }});
  CHECK(message_of([&] { return gradients(sum(forgets_to_cast), {x}); }) ==
        "wide: its rule gave a gradient float64 [2, 3] for an input float32 [2, 3]; they must be "
        "alike, try expand, sum_to or cast");
}

TEST_CASE("tape: integers cannot be leaves") {
  CHECK(message_of([] {
          return leaf(from_vector<std::int32_t>({1, 2}));
        }) == "leaf: int32 [2] has no derivatives; try cast to float32 or float64");
}

TEST_CASE("NoGrad: rules dropped in it keep no memory") {
  const Variable x = big_leaf();
  const Megabytes memory;
  const NoGrad scope;
  const Variable y = sum(exp(matmul(x, exp(x))));
  CHECK(memory.more() == 0);
}
