#include <doctest/doctest.h>

#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <type_traits>

using namespace ebb;

TEST_CASE("dtype: names, sizes and kinds") {
  CHECK(text(DType::float32, ' ', DType::float64, ' ', DType::int32) == "float32 float64 int32");
  CHECK(size_of(DType::float32) == 4);
  CHECK(size_of(DType::float64) == 8);
  CHECK(size_of(DType::int32) == 4);
  CHECK(is_floating(DType::float32));
  CHECK(is_floating(DType::float64));
  CHECK(!is_floating(DType::int32));
}

TEST_CASE("dtype: with_dtype turns each into the type of its elements, and dtype_of back") {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32})
    with_dtype(dtype, [&](auto zero) {
      CHECK(dtype_of<decltype(zero)> == dtype);
      CHECK(sizeof zero == size_of(dtype));
      CHECK(zero == 0);
    });
  CHECK(std::is_same_v<decltype(with_dtype(DType::int32, [](auto) { return 'x'; })), char>);
}

TEST_CASE("dtype: nothing is promoted in silence, and the message names both") {
  const Tensor f = zeros({2, 2}), d = zeros({2, 2}, DType::float64), i = zeros({2}, DType::int32);
  CHECK_THROWS_WITH_AS(
      f + d, "add: float32 [2, 2] meets float64 [2, 2]; dtypes must agree, try cast", DTypeError);
  CHECK_THROWS_WITH_AS((void)(f == i),
                       "equal: float32 [2, 2] meets int32 [2]; dtypes must agree, try cast",
                       DTypeError);
  CHECK_THROWS_WITH_AS(where(f, 1, d),
                       "where: float32 [2, 2] meets float64 [2, 2]; dtypes must agree, try cast",
                       DTypeError);
  CHECK_THROWS_WITH_AS(
      matmul(f, d),
      "matmul: float32 [2, 2] times float64 [2, 2]; both must be float32 or both float64, try cast",
      DTypeError);
  CHECK_THROWS_WITH_AS(cat({d, f}), "cat: part 1 is float32, part 0 float64; try cast", DTypeError);
  CHECK_THROWS_WITH_AS(stack({d, f}), "stack: part 1 is float32, part 0 float64; try cast",
                       DTypeError);
  CHECK_THROWS_WITH_AS(f.data<double>(), "data: the tensor holds float32, not float64; try cast",
                       DTypeError);
}

TEST_CASE("dtype: a plain number takes the dtype of what it meets") {
  CHECK((1 - zeros({1}, DType::float64) / 3).dtype() == DType::float64);
  CHECK((zeros({1}) + 0.1).dtype() == DType::float32);
  CHECK((zeros({1}) + 0.1).to_vector<float>()[0] == 0.1f);
  CHECK((zeros({1}, DType::int32) == 0).dtype() == DType::int32);
}

TEST_CASE("dtype: int32 is stored, compared, chosen and looked up") {
  const Tensor i = from_vector<std::int32_t>({3, -1, 2, 3});
  using Ints = std::vector<std::int32_t>;
  CHECK((i == 3).to_vector<std::int32_t>() == Ints{1, 0, 0, 1});
  CHECK((i < from_vector<std::int32_t>({4, -2, 2, 9})).to_vector<std::int32_t>() ==
        Ints{1, 0, 0, 1});
  CHECK(where(i >= 2, i, 0).to_vector<std::int32_t>() == Ints{3, 0, 2, 3});
  CHECK(argmax(i, 0).item() == 0);
  CHECK(cat({i, i}).to_vector<std::int32_t>() == Ints{3, -1, 2, 3, 3, -1, 2, 3});
  CHECK(index_select(i, 0, from_vector<std::int32_t>({2, 0})).to_vector<std::int32_t>() ==
        Ints{2, 3});
  // Numbers that a float cannot hold stay what they are.
  const Tensor large = from_vector<std::int32_t>({16777217, 2147483647, -2147483647 - 1});
  CHECK((large == 16777217).to_vector<std::int32_t>() == Ints{1, 0, 0});
  CHECK((large < 2147483647).to_vector<std::int32_t>() == Ints{1, 0, 1});
}

TEST_CASE("dtype: int32 holds whole numbers, and every function says so by its own name") {
  const Tensor i = ones({2, 2}, DType::int32);
  const auto refused = [](const char* name) {
    return text(name, ": int32 holds whole numbers, and this gives others; try cast to float32");
  };
  CHECK_THROWS_WITH_AS(mean(i), refused("mean").c_str(), DTypeError);
  CHECK_THROWS_WITH_AS(var(i), refused("var").c_str(), DTypeError);
  CHECK_THROWS_WITH_AS(logsumexp(i), refused("logsumexp").c_str(), DTypeError);
  CHECK_THROWS_WITH_AS(softmax(i), refused("softmax").c_str(), DTypeError);
  CHECK_THROWS_WITH_AS(log_softmax(i), refused("log_softmax").c_str(), DTypeError);
  CHECK_THROWS_WITH_AS(
      matmul(i, i),
      "matmul: int32 [2, 2] times int32 [2, 2]; both must be float32 or both float64, try cast",
      DTypeError);
  Random random;
  CHECK_THROWS_WITH_AS(rand({2}, random, DType::int32), "rand: int32 numbers; try float32",
                       DTypeError);
  CHECK_THROWS_WITH_AS(randn({2}, random, DType::int32), "randn: int32 numbers; try float32",
                       DTypeError);
}
