#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <tests/operations.hpp>

using namespace ebb;

namespace {

using Values = std::vector<double>;
using Parts = std::vector<Variable>;

Parts parts(std::span<const Variable> x) { return {x.begin(), x.end()}; }
Tensor places(const std::vector<std::int32_t>& values) { return from_vector(values); }

Values gradient(const Variable& y, const Variable& x) {
  return gradients(y, {x})[0].value().to_vector<double>();
}

}  // namespace

TEST_CASE("cat, stack: first and second derivatives along each axis") {
  for (const int axis : {0, 1, 2, -1, -2}) {
    CAPTURE(axis);
    Shape longer = {2, 3, 2}, empty = {2, 3, 2};
    longer[resolve_axis("test", axis, 3)] = 4;
    empty[resolve_axis("test", axis, 3)] = 0;
    const Tensor a = draw({-2, 2}, {2, 3, 2}), b = draw({-2, 2}, longer, 1);
    const auto joined = [&](auto x) { return square(cat(parts(x), axis)); };
    CHECK_NOTHROW(check_gradients(joined, {a, b, zeros(empty, DType::float64), a},
                                  {.order = 2, .elements = 4}));
    const auto stacked = [&](auto x) { return square(stack(parts(x), axis)); };
    CHECK_NOTHROW(
        check_gradients(stacked, {a, draw({-2, 2}, {2, 3, 2}, 2)}, {.order = 2, .elements = 4}));
  }
  check_gradients(
      [](auto x) {
        return square(stack({x[0], x[1]}, -1));
      },
      {draw({-2, 2}, {}), draw({-2, 2}, {}, 1)}, {.order = 2});
}

TEST_CASE("cat: one Variable twice gets both gradients, a constant among them none") {
  const Variable x = leaf(from_vector<double>({1, 2}));
  const Variable y = cat({x, Variable(zeros({3}, DType::float64)), x});
  CHECK(gradient(sum(y * arange(0, 7, 1, DType::float64)), x) == Values{5, 7});
  CHECK(y.node()->edges.size() == 2);
  CHECK_FALSE(cat({Variable(x.value()), Variable(x.value())}).wants_gradient());
}

TEST_CASE("index_select, index_add: first and second derivatives, repeats included") {
  const Tensor x = draw({-2, 2}, {3, 4, 2});
  for (const int axis : {0, 1, 2, -2}) {
    CAPTURE(axis);
    for (const Tensor& index : {places({1, 0, 1, 1}), places({0}), places({})}) {
      const auto select = [&](auto v) { return square(index_select(square(v[0]), axis, index)); };
      CHECK_NOTHROW(check_gradients(select, {x}, {.order = 2, .elements = 4}));
    }
    std::vector<std::int32_t> each;
    for (std::int64_t i = 0; i < x.size(axis); ++i) each.push_back(static_cast<int>(2 * i % 5));
    const auto add = [&](auto v) { return square(index_add(v[0], axis, places(each), 5)); };
    CHECK_NOTHROW(check_gradients(add, {x}, {.order = 2, .elements = 4}));
  }
}

TEST_CASE("unslice: first and second derivatives") {
  const Tensor x = draw({-2, 2}, {3, 4, 2});
  for (const int axis : {0, 1, 2, -2}) {
    CAPTURE(axis);
    const auto put = [&](auto v) { return square(unslice(square(v[0]), axis, 1, 2, 9)); };
    CHECK_NOTHROW(check_gradients(put, {x}, {.order = 2, .elements = 4}));
  }
  const Variable one = leaf(ones({1}, DType::float64));
  const std::int64_t max = std::numeric_limits<std::int64_t>::max();
  CHECK(gradient(sum(unslice(one, 0, 2, max, 3)), one) == Values{1});
}

TEST_CASE("index_select: its derivative adds where an entry was read twice") {
  const Variable x = leaf(from_vector<double>({10, 20, 30}));
  const Variable y = index_select(x, 0, places({2, 0, 2}));
  CHECK(gradient(sum(y * from_vector<double>({1, 2, 4})), x) == Values{2, 0, 5});
}

TEST_CASE("cat, stack: of tensors stay tensors, of Variables are recorded") {
  const Tensor a = ones({2}), b = zeros({2});
  const Tensor one = cat({a, b}), two = stack({a, b});
  CHECK(one.shape() == Shape{4});
  CHECK(two.shape() == Shape{2, 2});
  CHECK(cat({leaf(a), leaf(b)}).wants_gradient());
  CHECK(stack({leaf(a), Variable(b)}).wants_gradient());
}

TEST_CASE("join: bad use says the same on Variables as on tensors") {
  const Variable x = leaf(zeros({2, 3})), y = leaf(zeros({3, 3}));
  CHECK_THROWS_WITH_AS(cat(Parts{}), "cat: there are no parts; give at least one tensor",
                       ShapeError);
  CHECK_THROWS_WITH_AS(
      cat({x, y}, 1),
      "cat: part 1 is [3, 3], part 0 [2, 3]; lengths may differ along axis 1 alone, try another",
      ShapeError);
  CHECK_THROWS_WITH_AS(stack({x, y}),
                       "stack: part 1 is [3, 3], part 0 [2, 3]; shapes must agree, try cat",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_select(x, 1, places({0, 3})),
                       "index_select: index 3 at place 1 is outside [0, 3); entries count from 0",
                       Error);
  CHECK_THROWS_WITH_AS(index_select(x, 5, places({0})),
                       "index_select: axis 5 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_add(x, 5, places({0}), 3),
                       "index_add: axis 5 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(unslice(x, 5, 0, 1, 3),
                       "unslice: axis 5 does not exist in a tensor of rank 2; try -2 to 1",
                       ShapeError);
  CHECK_THROWS_WITH_AS(cat({x, y}, 5),
                       "cat: axis 5 does not exist in a tensor of rank 2; try -2 to 1", ShapeError);
  CHECK_THROWS_WITH_AS(stack({x, x}, 5),
                       "stack: axis 5 does not exist in a tensor of rank 3; try -3 to 2",
                       ShapeError);
  CHECK_THROWS_WITH_AS(index_add(x, 1, places({0, 1}), 5),
                       "index_add: 2 indices for axis 1 of [2, 3]; try one for each entry",
                       ShapeError);
}
