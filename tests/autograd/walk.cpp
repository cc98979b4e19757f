#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/walk.hpp>

using namespace ebb;

namespace {

// y = 2 x that counts how often its rule runs.
Variable counted_double(const Variable& x, int& runs) {
  return record("double", x.value() * 2, Wrt{x, [&runs](const Variable& dy) {
                                               ++runs;
                                               return dy * 2;
                                             }});
}

const auto every_node = [](const Node&) { return true; };

}  // namespace

TEST_CASE("walk: finds wanted nodes once each, the latest first, with their gradients") {
  int runs = 0;
  const Variable x = leaf(full({}, 3, DType::float64)), a = counted_double(x, runs), y = a * a + a;
  const auto found = detail::walk("test", y, {}, every_node, {false, false});
  REQUIRE(found.size() == 4);  // the sum, the product, a, x
  for (std::size_t i = 1; i < found.size(); ++i) CHECK(found[i - 1].node->id > found[i].node->id);
  CHECK(found[2].node == a.node());
  CHECK(found[2].gradient->item() == 13);  // 2 a + 1
  CHECK(found[3].node == x.node());
  CHECK(found[3].gradient->item() == 26);
  CHECK(runs == 1);
}

TEST_CASE("walk: rules on no way to a wanted node do not run") {
  int wanted = 0, unwanted = 0;
  const Variable x = leaf(ones({2})), z = leaf(ones({2}));
  const Variable y = counted_double(x, wanted) * counted_double(z, unwanted);
  const auto found =
      detail::walk("test", y, Variable(ones({2})),
                   [&](const Node& node) { return &node == x.node().get(); }, {false, false});
  CHECK(found.size() == 1);
  CHECK(wanted == 1);
  CHECK(unwanted == 0);
}

TEST_CASE("walk: from a constant it finds nothing") {
  CHECK(detail::walk("test", Variable(ones({})), {}, every_node, {false, false}).empty());
}

TEST_CASE("walk: what it records, and what it frees") {
  int runs = 0;
  const Variable x = leaf(full({}, 3, DType::float64)), y = x * x;
  const auto wants_x = [&](const Node& node) { return &node == x.node().get(); };
  CHECK_FALSE(detail::walk("test", y, {}, wants_x, {false, false})[0].gradient->wants_gradient());
  CHECK(detail::walk("test", y, {}, wants_x, {true, false})[0].gradient->wants_gradient());
  const Variable z = counted_double(y, runs);
  CHECK(detail::walk("test", z, {}, wants_x, {false, true}).size() == 1);
  CHECK_THROWS_WITH_AS(detail::walk("test", z, {}, wants_x, {false, false}),
                       "test: the graph behind double [] was freed by an earlier backward; try "
                       "{.keep_graph = true} there",
                       Error);
}

TEST_CASE("walk: a rule's gradient must be like its input") {
  const Variable x = leaf(ones({3}));
  const Variable y = record("bad", ones({}), Wrt{x, [](const Variable& dy) { return dy; }});
  CHECK_THROWS_WITH_AS(detail::walk("test", y, {}, every_node, {false, false}),
                       "bad: its rule gave a gradient float32 [] for an input float32 [3]; they "
                       "must be alike, try expand, sum_to or cast",
                       ShapeError);
}
