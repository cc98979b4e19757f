#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/walk_checks.hpp>
#include <tests/support.hpp>

using namespace ebb;

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
