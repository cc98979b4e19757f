#include <doctest/doctest.h>

#include <cmath>
#include <sstream>
#include <tensor/tensor.hpp>
#include <tensor/views.hpp>

using namespace ebb;

TEST_CASE("to_string: nested brackets, shortest digits, the dtype") {
  CHECK(to_string(full({}, 0.1)) == "tensor(0.1, float32)");
  CHECK(to_string(from_vector<double>({0.1, -2, 1e300})) == "tensor([0.1, -2, 1e+300], float64)");
  CHECK(to_string(from_vector<std::int32_t>({1, -2, 3, 4}, {2, 2})) ==
        "tensor([[1, -2], [3, 4]], int32)");
  CHECK(to_string(from_vector<float>({NAN, -NAN, INFINITY, -INFINITY})) ==
        "tensor([nan, nan, inf, -inf], float32)");
  CHECK(to_string(reshape(arange(0, 8), {2, 2, 2})) ==
        "tensor([[[0, 1], [2, 3]], [[4, 5], [6, 7]]], float32)");
}

TEST_CASE("to_string: axes longer than eight are cut in the middle") {
  CHECK(to_string(arange(0, 8)) == "tensor([0, 1, 2, 3, 4, 5, 6, 7], float32)");
  CHECK(to_string(arange(0, 9)) == "tensor([0, 1, 2, …, 6, 7, 8], float32)");
  CHECK(to_string(reshape(arange(0, 1000), {500, 2})) ==
        "tensor([[0, 1], [2, 3], [4, 5], …, [994, 995], [996, 997], [998, 999]], float32)");
}

TEST_CASE("to_string: no elements show their shape") {
  CHECK(to_string(Tensor()) == "tensor([], shape [0], float32)");
  CHECK(to_string(zeros({2, 0}, DType::int32)) == "tensor([[], []], shape [2, 0], int32)");
  CHECK(to_string(zeros({0, 3})) == "tensor([], shape [0, 3], float32)");
}

TEST_CASE("to_string: shows a view as it is seen") {
  const Tensor x = reshape(arange(0, 6), {2, 3});
  CHECK(to_string(transpose(x)) == "tensor([[0, 3], [1, 4], [2, 5]], float32)");
  CHECK(to_string(slice(x, 1, 0, 3, 2)) == "tensor([[0, 2], [3, 5]], float32)");
}

TEST_CASE("tensor: goes into a stream as text") {
  std::ostringstream out;
  out << zeros({2}) << '!';
  CHECK(out.str() == "tensor([0, 0], float32)!");
}
