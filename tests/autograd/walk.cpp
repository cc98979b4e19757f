#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/walk.hpp>
#include <new>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// y = 2 x that counts how often its rule runs.
Variable counted_double(const Variable& x, int& runs) {
  return record("double", x.value() * 2, Wrt{x, [&runs](const Variable& dy) {
                                               ++runs;
                                               return dy * 2;
                                             }});
}

struct Found {
  std::shared_ptr<Node> node;
  Variable gradient;
};
std::vector<Found> walk(const Variable& y, const std::optional<Variable>& seed,
                        const std::function<bool(const Node&)>& wanted,
                        detail::WalkOptions options = {false, false}) {
  std::vector<Found> all;
  const auto keep = [&](const std::shared_ptr<Node>& node, const Variable& gradient) {
    all.push_back({node, gradient});
  };
  detail::walk("test", y, seed, wanted, keep, options);
  return all;
}

const auto every_node = [](const Node&) { return true; };

}  // namespace

TEST_CASE("walk: finds wanted nodes once each, the latest first, with their gradients") {
  int runs = 0;
  const Variable x = leaf(full({}, 3, DType::float64)), a = counted_double(x, runs), y = a * a + a;
  const auto found = walk(y, {}, every_node);
  REQUIRE(found.size() == 4);  // the sum, the product, a, x
  for (std::size_t i = 1; i < found.size(); ++i) CHECK(found[i - 1].node->id > found[i].node->id);
  CHECK(found[2].node == a.node());
  CHECK(found[2].gradient.item() == 13);  // 2 a + 1
  CHECK(found[3].node == x.node());
  CHECK(found[3].gradient.item() == 26);
  CHECK(runs == 1);
}

TEST_CASE("walk: rules on no way to a wanted node do not run") {
  int wanted = 0, unwanted = 0;
  const Variable x = leaf(ones({2})), z = leaf(ones({2}));
  const Variable y = counted_double(x, wanted) * counted_double(z, unwanted);
  const auto found =
      walk(y, Variable(ones({2})), [&](const Node& node) { return &node == x.node().get(); });
  CHECK(found.size() == 1);
  CHECK(wanted == 1);
  CHECK(unwanted == 0);
}

TEST_CASE("walk: from a constant it finds nothing") {
  CHECK(walk(Variable(ones({})), {}, every_node).empty());
}

TEST_CASE("walk: what it records, and what it frees") {
  int runs = 0;
  const Variable x = leaf(full({}, 3, DType::float64)), y = x * x;
  const auto wants_x = [&](const Node& node) { return &node == x.node().get(); };
  CHECK_FALSE(walk(y, {}, wants_x)[0].gradient.wants_gradient());
  CHECK(walk(y, {}, wants_x, {true, false})[0].gradient.wants_gradient());
  const Variable z = counted_double(y, runs);
  CHECK(walk(z, {}, wants_x, {false, true}).size() == 1);
  CHECK_THROWS_WITH_AS(walk(z, {}, wants_x),
                       "test: the graph behind double [] was freed by an earlier backward; try "
                       "{.keep_graph = true} there",
                       Error);
}

TEST_CASE("walk: looks at nothing older than the oldest wanted node") {
  const Variable x = leaf(full({}, 3, DType::float64)), h = x * x, y = h * h;
  walk(h, {}, every_node, {false, true});  // frees what is behind h
  const auto wants_h = [&](const Node& node) { return &node == h.node().get(); };
  CHECK_THROWS_AS(walk(y, {}, wants_h), Error);
  const Variable w = leaf(full({}, 2, DType::float64));
  const auto wants_w = [&](const Node& node) { return &node == w.node().get(); };
  const auto found = walk(h * w, {}, wants_w, {false, false, w.node()->id});
  REQUIRE(found.size() == 1);
  CHECK(found[0].gradient.item() == 9);
}

TEST_CASE("walk: one that throws leaves whole what it has not freed, and says of the rest why") {
  bool fails = true;
  const Variable x = leaf(full({}, 3, DType::float64)), h = x * x;
  const Variable z = record("fragile", h.value(), Wrt{h, [&fails](const Variable& dy) {
                                                        if (fails) throw std::bad_alloc();
                                                        return dy;
                                                      }});
  const Variable y = z * 2;
  CHECK_THROWS_AS(walk(z, {}, every_node, {false, true}), std::bad_alloc);
  CHECK(walk(h, {}, every_node).size() == 2);
  fails = false;
  CHECK(walk(z, {}, every_node).size() == 3);
  fails = true;
  CHECK_THROWS_AS(walk(y, {}, every_node, {false, true}), std::bad_alloc);
  fails = false;
  CHECK(walk(z, {}, every_node).size() == 3);
  CHECK(message_of([&] { walk(y, {}, every_node); }) ==
        "test: the graph behind multiply [] was spent by a backward that failed; try to compute "
        "the result again, or {.keep_graph = true} there");
}
