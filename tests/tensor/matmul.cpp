#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>
#include <vector>

using namespace ebb;

namespace {

// a [m, k] times b [k, n] in double, within k epsilon sum |a| |b| of y?
template <class T>
bool is_product(const Tensor& y, const Tensor& a, const Tensor& b) {
  const std::int64_t m = a.size(0), k = a.size(1), n = b.size(1);
  if (y.shape() != Shape{m, n}) return false;
  const auto c = y.to_vector<T>(), left = a.to_vector<T>(), right = b.to_vector<T>();
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      double sum = 0, size = 0;
      for (std::int64_t p = 0; p < k; ++p) {
        const double product =
            static_cast<double>(left[i * k + p]) * static_cast<double>(right[p * n + j]);
        sum += product;
        size += std::fabs(product);
      }
      const double bound = static_cast<double>(k) * std::numeric_limits<T>::epsilon() * size;
      if (!(std::fabs(static_cast<double>(c[i * n + j]) - sum) <= bound)) return false;
    }
  return true;
}

}  // namespace

TEST_CASE("matmul: two by two, by hand") {
  const Tensor a = from_vector<float>({1, 2, 3, 4}, {2, 2});
  const Tensor b = from_vector<float>({5, 6, 7, 8}, {2, 2});
  CHECK(matmul(a, b).to_vector<float>() == std::vector<float>{19, 22, 43, 50});
  CHECK(matmul(transpose(a), b).to_vector<float>() == std::vector<float>{26, 30, 38, 44});
  CHECK(matmul(a, transpose(b)).to_vector<float>() == std::vector<float>{17, 23, 39, 53});
}

TEST_CASE_TEMPLATE("matmul: views are read where they lie", T, float, double) {
  Random random = {7};
  const Tensor a = randn({40, 50}, random, dtype_of<T>), b = randn({50, 60}, random, dtype_of<T>);
  CHECK(is_product<T>(matmul(a, b), a, b));
  const Tensor odd = slice(a, 0, 1, 40, 3), few = slice(b, 1, 2, 59, 2);
  CHECK(is_product<T>(matmul(odd, few), odd, few));
  const Tensor thin = slice(a, 1, 10, 30), rows = slice(b, 0, 5, 25);
  CHECK(is_product<T>(matmul(thin, rows), thin, rows));
  CHECK(is_product<T>(matmul(transpose(b), transpose(a)), transpose(b), transpose(a)));
  const Tensor row = expand(slice(a, 0, 3, 4), {9, 50});
  const Tensor column = expand(slice(b, 1, 3, 4), {50, 33});
  CHECK(is_product<T>(matmul(row, b), row, b));
  CHECK(is_product<T>(matmul(a, column), a, column));
  CHECK(is_product<T>(matmul(row, column), row, column));
}

TEST_CASE("matmul: without a middle axis it is zero, without rows or columns it is empty") {
  CHECK(matmul(zeros({2, 0}), zeros({0, 3})).to_vector<float>() == std::vector<float>(6, 0.0f));
  CHECK(matmul(zeros({0, 4}), zeros({4, 3})).shape() == Shape{0, 3});
  CHECK(matmul(zeros({2, 4}), zeros({4, 0})).shape() == Shape{2, 0});
  CHECK(matmul(zeros({0, 2, 4}), zeros({4, 5})).shape() == Shape{0, 2, 5});
}

TEST_CASE("matmul: leading axes are a batch of products, and they broadcast") {
  Random random = {8};
  const Tensor a = randn({2, 1, 5, 6}, random), b = randn({3, 6, 7}, random);
  const Tensor y = matmul(a, b);
  CHECK(y.shape() == Shape{2, 3, 5, 7});
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j) {
      const Tensor one = reshape(slice(slice(y, 0, i, i + 1), 1, j, j + 1), {5, 7});
      const Tensor left = reshape(slice(a, 0, i, i + 1), {5, 6});
      CHECK(is_product<float>(one, left, reshape(slice(b, 0, j, j + 1), {6, 7})));
    }
  const Tensor matrix = randn({6, 4}, random);
  CHECK(matmul(b, expand(randn({7, 2}, random), {3, 7, 2})).shape() == Shape{3, 6, 2});
  const Tensor last = slice(matmul(transpose(b), matrix), 0, 2, 3);
  CHECK(is_product<float>(reshape(last, {7, 4}), transpose(reshape(slice(b, 0, 2, 3), {6, 7})),
                          matrix));
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

TEST_CASE("linear: leading axes stay, a strided bias is read in order") {
  // Sums of these are exact: a single row may be summed in another order than rows of a batch.
  const Tensor x = number_tensor({2, 3, 5}, DType::float32, 1);
  const Tensor weight = number_tensor({4, 5}, DType::float32, 2);
  const Tensor bias = slice(number_tensor({8}, DType::float32, 3), 0, 0, 8, 2);
  const Tensor y = linear(x, weight, bias);
  CHECK(y.shape() == Shape{2, 3, 4});
  CHECK(y.to_vector<float>() ==
        linear(reshape(x, {6, 5}), weight, contiguous(bias)).to_vector<float>());
  CHECK(linear(reshape(slice(slice(x, 0, 0, 1), 1, 0, 1), {5}), weight, bias).to_vector<float>() ==
        slice(slice(y, 0, 0, 1), 1, 0, 1).to_vector<float>());
  CHECK(linear(zeros({2, 0}), zeros({4, 0}), ones({4})).to_vector<float>() ==
        std::vector<float>(8, 1.0f));
}

TEST_CASE("matmul: what does not fit says so") {
  const auto shape_error = [](const Shape& a, const Shape& b) {
    return message_of<ShapeError>([&] { return matmul(zeros(a), zeros(b)); });
  };
  CHECK(shape_error({2, 3}, {4, 5}) ==
        "matmul: [2, 3] times [4, 5] does not fit: want [..., m, k] and [..., k, n]; try "
        "transpose");
  CHECK(shape_error({3}, {3, 5}).find("matmul: [3] times [3, 5] does not fit") == 0);
  CHECK(shape_error({2, 3}, {3}).find("matmul: [2, 3] times [3] does not fit") == 0);
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
  CHECK(shape_error({128, 784}, {784}, {400}) ==
        "linear: input [128, 784] does not fit weight [784]: want [out, in]");
  CHECK(shape_error({}, {2, 1}, {2}).find("linear: input [] does not fit weight [2, 1]") == 0);
  CHECK(shape_error({128, 784}, {400, 784}, {784}) ==
        "linear: bias [784] does not fit weight [400, 784]: it must be [400]");
  CHECK(message_of<DTypeError>([] {
          return linear(zeros({1, 2}), zeros({3, 2}), zeros({3}, DType::float64));
        }).find("linear: float32 [1, 2] times float64 [3]") == 0);
}
