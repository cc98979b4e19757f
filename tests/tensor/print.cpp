#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

using namespace ebb;

TEST_CASE("to_string: whole numbers have no digits after the point, others four") {
  CHECK(to_string(from_vector({0.5f, -1.f, 2.25f})) ==
        "tensor([ 0.5000, -1.0000,  2.2500], float32)");
  CHECK(to_string(from_vector({1.f, 2.f, 3.f})) == "tensor([1., 2., 3.], float32)");
  CHECK(to_string(from_vector({0.1, 0.123456})) == "tensor([0.1000, 0.1235], float64)");
  CHECK(to_string(from_vector({99'999'999.0, 1.0})) == "tensor([99999999.,        1.], float64)");
  CHECK(to_string(from_vector({1, -20, 300})) == "tensor([  1, -20, 300], int32)");
  CHECK(to_string(from_vector({-2147483647 - 1, 2147483647})) ==
        "tensor([-2147483648,  2147483647], int32)");
}

TEST_CASE("to_string: an exponent where the range asks for it") {
  CHECK(to_string(from_vector({1e30f, 1.f})) == "tensor([1.0000e+30, 1.0000e+00], float32)");
  CHECK(to_string(from_vector({1e8, 1.0})) == "tensor([1.0000e+08, 1.0000e+00], float64)");
  CHECK(to_string(from_vector({0.001, 2.5})) == "tensor([1.0000e-03, 2.5000e+00], float64)");
  CHECK(to_string(from_vector({0.0025, -2.5})) == "tensor([ 0.0025, -2.5000], float64)");
  CHECK(to_string(from_vector({0.00005, 0.0})) == "tensor([5.0000e-05, 0.0000e+00], float64)");
  CHECK(to_string(from_vector({1e300, -2.5e-300})) ==
        "tensor([ 1.0000e+300, -2.5000e-300], float64)");
}

TEST_CASE("to_string: zeros, signed zeros, denormals, NaN and infinities") {
  CHECK(to_string(zeros({2})) == "tensor([0., 0.], float32)");
  CHECK(to_string(from_vector({0.0, -0.0})) == "tensor([ 0., -0.], float64)");
  CHECK(to_string(from_vector({-0.0, 0.5})) == "tensor([-0.0000,  0.5000], float64)");
  CHECK(to_string(from_vector({std::numeric_limits<float>::denorm_min(), 0.f})) ==
        "tensor([1.4013e-45, 0.0000e+00], float32)");
  CHECK(to_string(from_vector({-5e-324, 1.0})) == "tensor([-4.9407e-324,   1.0000e+00], float64)");
  const float infinity = INFINITY;
  CHECK(to_string(from_vector<float>({NAN, -NAN, infinity, -infinity})) ==
        "tensor([ nan,  nan,  inf, -inf], float32)");
  CHECK(to_string(from_vector<float>({NAN, 1, -infinity})) ==
        "tensor([ nan,   1., -inf], float32)");
  CHECK(to_string(from_vector<float>({NAN, 1.5f, -infinity})) ==
        "tensor([   nan, 1.5000,   -inf], float32)");
}

TEST_CASE("to_string: a scalar is a number, no elements show their shape") {
  CHECK(to_string(full({}, 0.1)) == "tensor(0.1000, float32)");
  CHECK(to_string(full({}, -6, DType::int32)) == "tensor(-6, int32)");
  CHECK(to_string(full({1, 1}, 6)) == "tensor([[6.]], float32)");
  CHECK(to_string(Tensor()) == "tensor([], shape [0], float32)");
  CHECK(to_string(zeros({2, 0}, DType::int32)) == "tensor([], shape [2, 0], int32)");
  CHECK(to_string(zeros({1'000'000, 0})) == "tensor([], shape [1000000, 0], float32)");
}

TEST_CASE("to_string: rows stand on lines, an empty one stands between matrices") {
  CHECK(to_string(from_vector({{1.f, -2.f}, {30.f, 4.f}})) == R"(tensor([[ 1., -2.],
        [30.,  4.]], float32))");
  CHECK(to_string(reshape(arange(8), {2, 2, 2})) == R"(tensor([[[0., 1.],
         [2., 3.]],

        [[4., 5.],
         [6., 7.]]], float32))");
  CHECK(to_string(reshape(arange(4), {2, 1, 2, 1})) == R"(tensor([[[[0.],
          [1.]]],


        [[[2.],
          [3.]]]], float32))");
  CHECK(to_string(reshape(arange(2, DType::int32), {1, 1, 1, 1, 1, 2})) ==
        "tensor([[[[[[0, 1]]]]]], int32)");
  CHECK(to_string(reshape(arange(2, DType::int32), {2, 1, 1, 1, 1, 1})) == R"(tensor([[[[[[0]]]]],




        [[[[[1]]]]]], int32))");
}

TEST_CASE("to_string: a row that is longer than a line goes on in the next") {
  CHECK(to_string(arange(40, DType::int32)) ==
        R"(tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
        36, 37, 38, 39], int32))");
  CHECK(to_string(reshape(arange(20) / 4, {2, 10})) ==
        R"(tensor([[0.0000, 0.2500, 0.5000, 0.7500, 1.0000, 1.2500, 1.5000, 1.7500, 2.0000,
         2.2500],
        [2.5000, 2.7500, 3.0000, 3.2500, 3.5000, 3.7500, 4.0000, 4.2500, 4.5000,
         4.7500]], float32))");
}

TEST_CASE("to_string: of more than 1,000 elements long axes show three at each end") {
  CHECK(to_string(arange(1000)).find("...") == std::string::npos);
  CHECK(to_string(arange(1001)) ==
        "tensor([   0.,    1.,    2.,  ...,  998.,  999., 1000.], shape [1001], float32)");
  CHECK(to_string(reshape(arange(3000, DType::int32), {1500, 2})) == R"(tensor([[   0,    1],
        [   2,    3],
        [   4,    5],
        ...,
        [2994, 2995],
        [2996, 2997],
        [2998, 2999]], shape [1500, 2], int32))");
  CHECK(to_string(reshape(arange(1400, DType::int32), {2, 7, 100})) ==
        R"(tensor([[[   0,    1,    2,  ...,   97,   98,   99],
         [ 100,  101,  102,  ...,  197,  198,  199],
         [ 200,  201,  202,  ...,  297,  298,  299],
         ...,
         [ 400,  401,  402,  ...,  497,  498,  499],
         [ 500,  501,  502,  ...,  597,  598,  599],
         [ 600,  601,  602,  ...,  697,  698,  699]],

        [[ 700,  701,  702,  ...,  797,  798,  799],
         [ 800,  801,  802,  ...,  897,  898,  899],
         [ 900,  901,  902,  ...,  997,  998,  999],
         ...,
         [1100, 1101, 1102,  ..., 1197, 1198, 1199],
         [1200, 1201, 1202,  ..., 1297, 1298, 1299],
         [1300, 1301, 1302,  ..., 1397, 1398, 1399]]], shape [2, 7, 100], int32))");
  // What is not shown does not choose the format.
  CHECK(to_string(cat({ones({500}), full({1}, 1e30), ones({500})})) ==
        "tensor([1., 1., 1.,  ..., 1., 1., 1.], shape [1001], float32)");
}

TEST_CASE("to_string: shows a view as it is seen, and copies nothing of it") {
  const Tensor x = reshape(arange(6, DType::int32), {2, 3});
  CHECK(to_string(transpose(x)) == "tensor([[0, 3],\n        [1, 4],\n        [2, 5]], int32)");
  CHECK(to_string(slice(x, 1, 0, 3, 2)) == "tensor([[0, 2],\n        [3, 5]], int32)");
  CHECK(to_string(expand(x[1], {2, 3})) == "tensor([[3, 4, 5],\n        [3, 4, 5]], int32)");
  reset_peak_memory();
  const std::size_t before = memory_use().peak_bytes;
  CHECK(
      to_string(expand(full({1}, 0.5), {200'000'000})) ==
      "tensor([0.5000, 0.5000, 0.5000,  ..., 0.5000, 0.5000, 0.5000], shape [200000000], float32)");
  CHECK(memory_use().peak_bytes < before + 1'000'000);
}

TEST_CASE("tensor, shape, dtype: go into a stream as text") {
  std::ostringstream out;
  out << zeros({2}) << Shape{128, 784} << DType::float64 << Shape{} << '!';
  CHECK(out.str() == "tensor([0., 0.], float32)[128, 784]float64[]!");
}
