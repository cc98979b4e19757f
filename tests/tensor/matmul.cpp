#include <doctest/doctest.h>

#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>
#include <vector>

using namespace ebb;

TEST_CASE("matmul: two by two, by hand") {
  const Tensor a = from_vector<float>({1, 2, 3, 4}, {2, 2});
  const Tensor b = from_vector<float>({5, 6, 7, 8}, {2, 2});
  CHECK(matmul(a, b).to_vector<float>() == std::vector<float>{19, 22, 43, 50});
  CHECK(matmul(transpose(a), b).to_vector<float>() == std::vector<float>{26, 30, 38, 44});
  CHECK(matmul(a, transpose(b)).to_vector<float>() == std::vector<float>{17, 23, 39, 53});
}

TEST_CASE_TEMPLATE("linear: equals matmul and then the bias, bit for bit", T, float, double) {
  Random random = {9};
  for (const std::int64_t batch : {0, 1, 3, 32, 70})
    for (const bool stored_by_input : {false, true}) {
      const Tensor x = randn({batch, 45}, random, dtype_of<T>);
      Tensor weight = randn({37, 45}, random, dtype_of<T>);
      if (stored_by_input) weight = transpose(contiguous(transpose(weight)));
      const Tensor bias = randn({37}, random, dtype_of<T>);
      auto y = matmul(x, transpose(weight)).template to_vector<T>();
      const auto b = bias.to_vector<T>();
      for (std::size_t i = 0; i < y.size(); ++i) y[i] += b[i % b.size()];
      CHECK(linear(x, weight, bias).template to_vector<T>() == y);
    }
}

TEST_CASE("matmul: what does not fit says so") {
  const auto shape_error = [](const Shape& a, const Shape& b) {
    return message_of<ShapeError>([&] { return matmul(zeros(a), zeros(b)); });
  };
  CHECK(shape_error({2, 3}, {4, 5}) ==
        "matmul: [2, 3] times [4, 5] does not fit: want [..., m, k] and [..., k, n]; try "
        "transpose");
  CHECK(shape_error({2}, {3, 5}).find("matmul: [2] times [3, 5] does not fit") == 0);
  CHECK(shape_error({2, 3}, {2}).find("matmul: [2, 3] times [2] does not fit") == 0);
  CHECK(shape_error({}, {2}).find("matmul: [] times [2] does not fit") == 0);
  CHECK(shape_error({2, 4, 3}, {5, 3, 4}).find("matmul: ") == 0);
  CHECK(message_of<DTypeError>([] {
          return matmul(zeros({2, 2}), zeros({2, 2}, DType::float64));
        }) ==
        "matmul: float32 [2, 2] times float64 [2, 2]; both must be float32 or both float64, try "
        "cast");
  CHECK(message_of<DTypeError>([] {
          return matmul(zeros({2, 2}, DType::int32), zeros({2, 2}, DType::int32));
        }).find("matmul: int32 [2, 2] times int32 [2, 2]") == 0);
}

TEST_CASE("linear: what does not fit says so") {
  const auto shape_error = [](const Shape& x, const Shape& weight, const Shape& bias) {
    return message_of<ShapeError>([&] { return linear(zeros(x), zeros(weight), zeros(bias)); });
  };
  CHECK(shape_error({128, 783}, {400, 784}, {400}) ==
        "linear: input [128, 783] does not fit weight [400, 784]: the last axis must be 784, try "
        "reshape");
  CHECK(shape_error({128, 784}, {1, 1, 784}, {1}) ==
        "linear: input [128, 784] does not fit weight [1, 1, 784]: want [out, in]");
  CHECK(shape_error({128, 783}, {784}, {})
            .find("linear: input [128, 783] does not fit weight [1, "
                  "784]: the last axis must be 784") == 0);
  CHECK(shape_error({}, {2, 1}, {2}).find("linear: input [] does not fit weight [2, 1]") == 0);
  CHECK(shape_error({128, 784}, {400, 784}, {784}) ==
        "linear: bias [784] does not fit weight [400, 784]: it must be [400]");
  CHECK(message_of<DTypeError>([] {
          return linear(zeros({1, 2}), zeros({3, 2}), zeros({3}, DType::float64));
        }).find("linear: float32 [1, 2] times float64 [3]") == 0);
}

TEST_CASE("matmul, dot, outer: vectors are rows on the left and columns on the right") {
  const Tensor a = from_vector<float>({1, 2}), b = from_vector<float>({3, 4});
  const Tensor m = from_vector<float>({1, 2, 3, 4}, {2, 2});
  using Floats = std::vector<float>;
  CHECK(matmul(a, b).item() == 11);
  CHECK(matmul(a, b).shape() == Shape{});
  CHECK(matmul(m, b).to_vector<float>() == Floats{11, 25});
  CHECK(matmul(b, m).to_vector<float>() == Floats{15, 22});
  CHECK(matmul(expand(m, {3, 2, 2}), b).shape() == Shape{3, 2});
  CHECK(matmul(b, expand(m, {3, 2, 2})).to_vector<float>() == Floats{15, 22, 15, 22, 15, 22});
  CHECK(matmul(zeros({0}), zeros({0})).item() == 0);
  CHECK(dot(a, b).item() == 11);
  CHECK(outer(a, b).to_vector<float>() == Floats{3, 4, 6, 8});
  CHECK(outer(cast(a, DType::int32), from_vector({5})).to_vector<std::int32_t>() ==
        std::vector<std::int32_t>{5, 10});
  CHECK(outer(zeros({0}), b).shape() == Shape{0, 2});
  CHECK(message_of<ShapeError>([&] { return dot(a, zeros({3})); }) ==
        "dot: [2] and [3]; it takes two vectors of one length, try reshape");
  CHECK(message_of<ShapeError>([&] { return outer(a, m); }) ==
        "outer: [2] and [2, 2]; it takes two vectors, try reshape");
}

TEST_CASE("matmul: many small products, and rows of many matrices, bit for bit as one by one") {
  const Tensor a = number_tensor({40, 30, 20}, DType::float32),
               b = number_tensor({40, 20, 50}, DType::float32, 2);
  const Tensor y = matmul(a, b), shared = matmul(a, b[0]);
  for (int i = 0; i < 40; ++i) {
    CHECK(same_bits(y[i], matmul(a[i], b[i])));
    CHECK(same_bits(shared[i], matmul(a[i], b[0])));
  }
  CHECK(same_on_any_number_of_threads([&] { return matmul(a, b); }));
}
