#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <autograd/walk/checks.hpp>
#include <tests/support.hpp>
#include <typeinfo>

using namespace ebb;

namespace {

template <class E>
std::string message_in_derivative(const E& error) {
  const Node node("exp", ones({2}));
  try {
    detail::in_derivative_of(node, [&] { throw error; });
  } catch (const E& found) {
    CHECK(typeid(found) == typeid(E));
    return found.what();
  }
  return "nothing was thrown";
}

struct OwnError final : Error {
  using Error::Error;
};

}  // namespace

TEST_CASE("walk checks: a seed is like the result, or the result has one element") {
  const Variable one = ones({1, 1}), three = ones({3});
  detail::check_seed("test", one, {});
  detail::check_seed("test", three, three);
  CHECK(message_of([&] { detail::check_seed("test", three, {}); }) ==
        "test: the result must have one element and has shape [3]; try its mean or sum, or "
        "gradients with a seed");
  CHECK(message_of([&] { detail::check_seed("test", three, one); }) ==
        "test: the seed is float32 [1, 1] but must be like the result, float32 [3]");
  CHECK_THROWS_AS(detail::check_seed("test", three, cast(three, DType::float64)), ShapeError);
}

TEST_CASE("walk checks: what a backward has freed says so, and whether it came to its end") {
  Node node("tanh", ones({2}));
  node.freed = true;
  CHECK(message_of([&] { detail::refuse_freed("test", node); }) ==
        "test: the graph behind tanh [2] was freed by an earlier backward; try {.keep_graph = "
        "true} there");
  node.failed = true;
  CHECK(message_of([&] { detail::refuse_freed("test", node); }) ==
        "test: the graph behind tanh [2] was spent by a backward that failed; try to compute the "
        "result again, or {.keep_graph = true} there");
}

TEST_CASE("walk checks: a rule's gradient must be like its input") {
  const Variable x = leaf(ones({3}));
  const Variable y = record("bad", ones({}), Wrt{x, [](const Variable& dy) { return dy; }});
  const Edge& edge = y.node()->edges[0];
  detail::check_gradient(*y.node(), edge, x);
  CHECK(message_of([&] { detail::check_gradient(*y.node(), edge, y); }) ==
        "bad: its rule gave a gradient float32 [] for an input float32 [3]; they must be alike, "
        "try expand, sum_to or cast");
}

TEST_CASE("walk checks: an error in a rule says whose derivative it is, and keeps its type") {
  const std::string expected = "broken; in the derivative of exp";
  CHECK(message_in_derivative(Error("broken")) == expected);
  CHECK(message_in_derivative(ShapeError("broken")) == expected);
  CHECK(message_in_derivative(DTypeError("broken")) == expected);
  CHECK(message_in_derivative(FormatError("broken")) == expected);
  CHECK(message_in_derivative(IoError("broken")) == expected);
  CHECK(message_in_derivative(MemoryError("broken")) == expected);
  CHECK(message_in_derivative(OwnError("broken")) == "broken");
  CHECK(message_in_derivative(std::runtime_error("broken")) == "broken");
  CHECK(detail::in_derivative_of(Node("exp", ones({})), [] { return 3; }) == 3);
}

TEST_CASE("walk checks: rules inside of rules are named from the inside out") {
  const Variable x = leaf(ones({3}));
  const auto inner =
      record("inner", x.value(), Wrt{x, [](const Variable& dy) { return reshape(dy, {4}); }});
  const auto outer =
      record("outer", x.value(),
             Wrt{x, [&](const Variable& dy) { return gradients(inner, x, {.seed = dy}); }});
  CHECK(message_of([&] { return gradients(sum(outer), x); }) ==
        "reshape: [3] has 3 elements, [4] has room for 4; try one length of -1; in the derivative "
        "of inner; in the derivative of outer");
}
