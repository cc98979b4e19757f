#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <tensor/parts.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Ints = std::vector<std::int32_t>;
constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max(), least = -most - 1;

Ints ints(const Tensor& x) { return x.to_vector<std::int32_t>(); }
Tensor tensor(const Ints& values) { return from_vector(values); }
Tensor tensor(const Ints& values, const Shape& shape) { return from_vector(values, shape); }

}  // namespace

TEST_CASE("int32: + - * and negation, with tensors, whole numbers and broadcasting") {
  const Tensor labels = tensor({3, -1, 2, 0});
  CHECK(ints(labels + 1) == Ints{4, 0, 3, 1});
  CHECK(ints(10 - labels) == Ints{7, 11, 8, 10});
  CHECK(ints(labels * labels) == Ints{9, 1, 4, 0});
  CHECK(ints(-labels) == Ints{-3, 1, -2, 0});
  CHECK((labels * 2.0).dtype() == DType::int32);
  const Tensor table = reshape(arange(0, 6, 1, DType::int32), {2, 3});
  CHECK(ints(table * 10 + tensor({1, 2, 3})) == Ints{1, 12, 23, 31, 42, 53});
  CHECK(ints(transpose(table) - tensor({0, 3})) == Ints{0, 0, 1, 1, 2, 2});
  CHECK(ints(slice(table, 1, 0, 3, 2) + expand(tensor({1}), {2, 2})) == Ints{1, 3, 4, 6});
  CHECK((zeros({0, 3}, DType::int32) + 1).shape() == Shape{0, 3});
  CHECK((full({}, 4, DType::int32) * 5).item() == 20);
  CHECK(ints(tensor({16777217}) + 1) == Ints{16777218});  // no float lies between
}

TEST_CASE("int32: the same on Variables, which are constants") {
  const Variable labels = Variable(tensor({3, -1}));
  CHECK(ints((labels + 1).value()) == Ints{4, 0});
  CHECK(ints((-labels * labels).value()) == Ints{-9, -1});
  CHECK_FALSE((labels + 1).wants_gradient());
  CHECK(sum(labels == 3).item() == 1);
}

TEST_CASE("int32: a result that does not fit is an error that names the numbers") {
  CHECK(ints(tensor({most - 1}) + 1) == Ints{most});
  CHECK(ints(tensor({least + 1}) - 1) == Ints{least});
  CHECK_THROWS_WITH_AS(tensor({1, most}) + 1,
                       "add: 2147483647 + 1 is 2147483648, which int32 cannot hold; try cast to "
                       "float64",
                       Error);
  CHECK_THROWS_WITH_AS(
      tensor({least}) - tensor({1}),
      "subtract: -2147483648 - 1 is -2147483649, which int32 cannot hold; try cast "
      "to float64",
      Error);
  CHECK_THROWS_WITH_AS(tensor({65536}) * tensor({-65536}),
                       "multiply: 65536 * -65536 is -4294967296, which int32 cannot hold; try cast "
                       "to float64",
                       Error);
  CHECK_THROWS_WITH_AS(
      -tensor({least}),
      "negate: 0 - -2147483648 is 2147483648, which int32 cannot hold; try cast to "
      "float64",
      Error);
}

TEST_CASE("int32: meets whole numbers that it can hold") {
  const Tensor labels = tensor({1, 2});
  const auto fraction = [](const char* start) {
    return text(start, " meets int32, which holds whole numbers alone; try cast to float32");
  };
  CHECK_THROWS_WITH_AS(labels + 0.5, fraction("add: 0.5").c_str(), Error);
  CHECK_THROWS_WITH_AS((void)(labels < 1.5), fraction("less: 1.5").c_str(), Error);
  CHECK_THROWS_WITH_AS(where(labels == 1, 0.5, 0), fraction("where: 0.5").c_str(), Error);
  CHECK_THROWS_WITH_AS(labels * NAN, fraction("multiply: nan").c_str(), Error);
  CHECK_THROWS_WITH_AS((void)(labels == 1e10),
                       "equal: 1e+10 is more than int32 can hold; try cast to float64", Error);
  CHECK_THROWS_WITH_AS(labels - INFINITY,
                       "subtract: inf is more than int32 can hold; try cast to float64", Error);
}

TEST_CASE("int32: division and functions say what there is") {
  const Tensor labels = tensor({1, 2});
  CHECK_THROWS_WITH_AS(
      labels / 2,
      "divide: int32 [2] takes part in + - *, comparisons and where alone; try cast "
      "to float32",
      DTypeError);
  CHECK_THROWS_WITH_AS(
      exp(labels),
      "exp: int32 [2] takes part in + - *, comparisons and where alone; try cast to "
      "float32",
      DTypeError);
}

TEST_CASE("int32: sums and extremes over axes") {
  const Tensor x = tensor({3, -1, 2, 0, 7, 5}, {2, 3});
  CHECK(sum(x).item() == 16);
  CHECK(sum(x).dtype() == DType::int32);
  CHECK(amax(tensor({least})).item() == least);
  CHECK(sum(expand(tensor({3}), {1'000'000})).item() == 3'000'000);
  CHECK(ints(amax(expand(tensor({3, 4}), {1'000'000, 2}), 1)).size() == 1'000'000);
  CHECK(ints(sum(zeros({2, 0}, DType::int32), 1)) == Ints{0, 0});
  CHECK(sum(Variable(x) == 7).item() == 1);
  CHECK(ints(index_add(tensor({1, 1, 1}), 0, tensor({2, 0, 2}), 3)) == Ints{1, 0, 2});  // counts
}

TEST_CASE("int32: a sum that does not fit is an error, a part of it may be too large") {
  CHECK(sum(tensor({most, most, -most})).item() == most);
  CHECK_THROWS_WITH_AS(sum(tensor({most, 1})),
                       "sum: 2 elements have the sum 2147483648, which int32 cannot hold; try cast "
                       "to float64",
                       Error);
  CHECK_THROWS_WITH_AS(sum_to(expand(tensor({-2}), {std::int64_t{1} << 31}), {1}),
                       "sum_to: 2147483648 elements have the sum -4294967296, which int32 cannot "
                       "hold; try cast to float64",
                       Error);
  CHECK_THROWS_AS(index_add(tensor({most, 1}), 0, tensor({0, 0}), 1), Error);
}

TEST_CASE("where: a mask of int32 chooses among floats, and carries no gradient") {
  const Tensor mask = tensor({1, 0, -3});
  for (const DType dtype : {DType::float32, DType::float64}) {
    const Tensor a = cast(tensor({1, 2, 3}), dtype), b = -a;
    CHECK(doubles(where(mask, a, b)) == std::vector<double>{1, -2, 3});
    CHECK(where(mask, a, b).dtype() == dtype);
    CHECK(doubles(where(mask, 0.5, b)) == std::vector<double>{0.5, -2, 0.5});
    CHECK(doubles(where(reshape(mask, {3, 1}), a, 0.5)).size() == 9);
    const Variable x = leaf(a), y = leaf(b);
    const Variable chosen = where(Variable(mask), x * x, y);
    const auto [dx, dy] = gradients(sum(chosen), {x, y}, {.create_graph = true});
    CHECK(doubles(dx.value()) == std::vector<double>{2, 0, 6});
    CHECK(doubles(dy.value()) == std::vector<double>{0, 1, 0});
    CHECK(doubles(gradients(sum(dx), {x})[0].value()) == std::vector<double>{2, 0, 2});
  }
  CHECK(ints(where(mask, mask, 9)) == Ints{1, 9, -3});
  CHECK_THROWS_AS(where(mask, mask, ones({3})), DTypeError);
}
