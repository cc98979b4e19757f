// Covers: autograd/tape.cpp
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

Variable number(double value) { return leaf(full({}, value, DType::float64)); }

}  // namespace

TEST_CASE("gradients: the same array that asked, and a span besides") {
  const Variable a = number(2), b = number(5), y = a * a * b;
  const auto [da, db] = gradients(y, {a, b});
  static_assert(std::is_same_v<decltype(gradients(y, {a, b})), std::array<Variable, 2>>);
  CHECK(da.item() == 20);
  CHECK(db.item() == 4);
  const std::vector<Variable> inputs = {b, a, b, y};
  const std::vector<Variable> found = gradients(y, std::span<const Variable>(inputs));
  REQUIRE(found.size() == 4);
  CHECK(found[0].item() == 4);
  CHECK(found[1].item() == 20);
  CHECK(found[2].item() == 4);
  CHECK(found[3].item() == 1);
  CHECK(gradients(y, std::span<const Variable>()).empty());
}

TEST_CASE("gradients: of one input, one Variable") {
  const Variable a = number(2), y = a * a * a;
  const Variable da = gradients(y, a, {.create_graph = true});
  CHECK(da.item() == 12);
  CHECK(gradients(da, a).item() == 12);
  static_assert(std::is_same_v<decltype(gradients(y, a)), Variable>);
  static_assert(std::is_same_v<decltype(gradients(y, {a})), std::array<Variable, 1>>);
  CHECK_THROWS_WITH_AS(gradients(y, full({}, 2)),
                       "gradients: input 0 of shape [] is a constant; try leaf, or compute it from "
                       "one",
                       Error);
}

TEST_CASE("detach: a constant with the same value, through which no gradient goes") {
  const Variable x = number(3), y = detach(x * x);
  CHECK(y.item() == 9);
  CHECK_FALSE(y.wants_gradient());
  CHECK(detach(x).value().storage() == x.value().storage());
  CHECK(gradients(detach(x) * x, x).item() == 3);
}

TEST_CASE("gradients: are constants unless the graph is asked for") {
  const Variable x = number(3), seed = number(1);
  const auto [dx] = gradients(x * x * x, {x});
  CHECK(dx.item() == 27);
  CHECK(!dx.wants_gradient());
  // The seed may be one that wants gradients itself, and a sum only passes it on.
  CHECK(!gradients(x + 1, {x}, {.seed = seed})[0].wants_gradient());
  const auto [with_graph] = gradients(x * x * x, {x}, {.create_graph = true});
  CHECK(with_graph.wants_gradient());
  CHECK(gradients(with_graph, {x})[0].item() == 18);
}

TEST_CASE("gradients: a seed with a node has a derivative, too") {
  const Variable x = number(3), seed = number(2);
  const auto [dx] = gradients(x * x, {x}, {.create_graph = true, .seed = seed});
  CHECK(dx.item() == 12);
  CHECK(gradients(dx, {seed})[0].item() == 6);
}

TEST_CASE("gradients: leave the graph as it was") {
  const Variable x = number(0.5), y = exp(x) * x;
  const double first = gradients(y, {x})[0].item();
  CHECK(first == doctest::Approx(std::exp(0.5) * 1.5).epsilon(1e-14));
  CHECK(gradients(y, {x})[0].item() == first);
  CHECK(backward(y)[x].item() == first);
}

TEST_CASE("gradients: shared parts are walked once, and what arrives there is added") {
  const Variable x = number(1);
  Variable y = x;
  for (int i = 0; i < 60; ++i) y = y + y;  // 2^60 ways lead back
  CHECK(gradients(y, {x})[0].item() == 0x1p60);
  const auto [dx] = gradients(x * x + x * x * x, {x}, {.create_graph = true});
  CHECK(dx.item() == 5);
  CHECK(gradients(dx, {x})[0].item() == 8);
}

TEST_CASE("gradients: each rule runs once however many ways lead to it") {
  int runs = 0;
  const Variable x = number(2);
  const Variable shared = record("count", x.value(), Wrt{x, [&](const Variable& dy) {
                                                           ++runs;
                                                           return dy;
                                                         }});
  const Variable y = shared * shared + exp(shared) + sum(shared);
  static_cast<void>(gradients(y, {x}));
  CHECK(runs == 1);
}

TEST_CASE("gradients: a rule whose gradient nobody asked for does not run") {
  int runs = 0;
  const Variable a = number(2), b = number(3);
  const Variable side = record("count", b.value(), Wrt{b, [&](const Variable& dy) {
                                                         ++runs;
                                                         return dy;
                                                       }});
  const Variable y = a * side;
  CHECK(gradients(y, {a})[0].item() == 3);
  CHECK(runs == 0);
  CHECK(gradients(y, {side})[0].item() == 2);
  CHECK(runs == 0);
  CHECK(gradients(y, {b})[0].item() == 2);
  CHECK(runs == 1);
}

TEST_CASE("gradients: in the middle of a graph") {
  const Variable x = number(2), h = x * x, y = h * h * x;
  const auto [dh, dx] = gradients(y, {h, x});
  CHECK(dh.item() == 16);  // 2 h x
  CHECK(dx.item() == 80);  // h² + 2 h x · 2 x
}

TEST_CASE("gradients: zeros for an input that the result does not depend on") {
  const Variable x = number(2), other = leaf(ones({2, 3}));
  const auto [dx, none] = gradients(x * x, {x, other}, {.create_graph = true});
  CHECK(dx.item() == 4);
  CHECK(none.shape() == Shape{2, 3});
  CHECK(none.dtype() == DType::float32);
  CHECK(none.value().to_vector<float>() == std::vector<float>(6));
}

TEST_CASE("gradients: of a constant there are none, and create_graph makes it none") {
  const Variable x = number(2);
  const std::string expected =
      "gradients: the result [] is a constant, nothing in it wants a gradient; try {.create_graph "
      "= true} where it came from gradients, and compute it outside NoGrad";
  CHECK(message_of([&] { return gradients(Variable(ones({})), x); }) == expected);
  const Variable slope = gradients(x * x * x, x);
  CHECK(message_of([&] { return gradients(slope, x); }) == expected);
  const NoGrad constants;
  CHECK(message_of([&] { return gradients(x * x, x); }) == expected);
}

TEST_CASE("gradients: create_graph counts inside NoGrad, too") {
  const Variable x = number(2), y = x * x * x;
  const NoGrad constants;
  const Variable slope = gradients(y, x, {.create_graph = true});
  REQUIRE(slope.wants_gradient());
  CHECK(!recording());
  CHECK(gradients(slope, x).item() == 12);
  CHECK(!gradients(y, x).wants_gradient());
}

TEST_CASE("gradients: weigh a result of many elements with the seed") {
  const Variable x = leaf(from_vector<double>({1, 2, 3}));
  const Variable seed = from_vector<double>({1, 10, 100});
  CHECK(gradients(square(x), {x}, {.seed = seed})[0].value().to_vector<double>() ==
        std::vector<double>{2, 40, 600});
}

TEST_CASE("gradients: say what is wrong with the question") {
  const Variable x = leaf(ones({2, 3})), constant = ones({4});
  CHECK(message_of([&] { return gradients(exp(x), {x}); }) ==
        "gradients: the result must have one element and has shape [2, 3]; try its mean or sum, or "
        "gradients with a seed");
  CHECK(message_of([&] { return gradients(exp(x), {x}, {.seed = Variable(ones({3}))}); }) ==
        "gradients: the seed is float32 [3] but must be like the result, float32 [2, 3]");
  const Variable wide = ones({2, 3}, DType::float64);
  CHECK(message_of([&] { return gradients(exp(x), {x}, {.seed = wide}); }) ==
        "gradients: the seed is float64 [2, 3] but must be like the result, float32 [2, 3]");
  CHECK(message_of([&] {
          return gradients(sum(x), {x, constant});
        }) == "gradients: input 1 of shape [4] is a constant; try leaf, or compute it from one");
}

TEST_CASE("gradients: a rule that throws leaves the graph as it was") {
  bool fails = true;
  const Variable x = number(2);
  const Variable y = record("moody", x.value() * 3, Wrt{x, [&](const Variable& dy) {
                                                          if (fails) throw Error("not now");
                                                          return dy * 3;
                                                        }});
  CHECK_THROWS_WITH_AS(gradients(y * y, {x}), "not now; in the derivative of moody", Error);
  CHECK(recording());
  fails = false;
  CHECK(gradients(y * y, {x})[0].item() == 36);
}

TEST_CASE("gradients: several threads walk one graph at the same time") {
  const Variable x = leaf(number_tensor({50}, DType::float64));
  const Variable y = sum(exp(x * x) * tanh(x));
  const Tensor expected = gradients(y, {x})[0].value();
  std::vector<std::thread> threads;
  std::atomic<int> same{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) same += same_bits(gradients(y, {x})[0].value(), expected);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(same == 200);
}
