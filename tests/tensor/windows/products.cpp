// Covers: tensor/windows/correlate.cpp, tensor/windows/gathering.cpp, tensor/windows/planes.cpp,
// tensor/windows/strips.cpp, tensor/kernels/windows/planes.cpp
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tensor/compare.hpp>
#include <tensor/makers.hpp>
#include <tensor/windows/products.hpp>
#include <tests/operations.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;
using detail::Convolution, detail::WindowAxis;

namespace {

WindowAxis axis(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                std::int64_t before) {
  const std::int64_t out = (in + 2 * before - dilation * (kernel - 1) - 1) / stride + 1;
  return {in, out, kernel, stride, dilation, before};
}

// The nine loops of all three products: two of x, w and y are given, the third is added up.
struct Naive {
  const Convolution& c;
  std::vector<double> x, w, y;

  template <class Body>
  void each(const Body& body) {
    const WindowAxis &rows = c.rows, &columns = c.columns;
    for (std::int64_t n = 0; n < c.batch; ++n)
      for (std::int64_t o = 0; o < c.groups * c.out; ++o)
        for (std::int64_t i = 0; i < rows.out; ++i)
          for (std::int64_t j = 0; j < columns.out; ++j)
            for (std::int64_t in = 0; in < c.in; ++in)
              for (std::int64_t u = 0; u < rows.kernel; ++u)
                for (std::int64_t v = 0; v < columns.kernel; ++v) {
                  const std::int64_t row = i * rows.stride + u * rows.dilation - rows.before;
                  const std::int64_t column =
                      j * columns.stride + v * columns.dilation - columns.before;
                  if (row < 0 || row >= rows.in || column < 0 || column >= columns.in) continue;
                  const std::int64_t channel = n * c.groups * c.in + o / c.out * c.in + in;
                  body(x.at(static_cast<std::size_t>((channel * rows.in + row) * columns.in +
                                                     column)),
                       w.at(static_cast<std::size_t>(
                           ((o * c.in + in) * rows.kernel + u) * columns.kernel + v)),
                       y.at(static_cast<std::size_t>(
                           ((n * c.groups * c.out + o) * rows.out + i) * columns.out + j)));
                }
  }
};

std::vector<double> none(const Shape& shape) {
  return std::vector<double>(static_cast<std::size_t>(shape.count()));
}

void check(const Convolution& c, DType dtype) {
  const Tensor x = draw({-1, 1}, c.x_shape(), 1, dtype), w = draw({-1, 1}, c.w_shape(), 2, dtype),
               y = draw({-1, 1}, c.y_shape(), 3, dtype);
  Naive forward = {c, doubles(x), doubles(w), none(c.y_shape())};
  forward.each([](double a, double b, double& sum) { sum += a * b; });
  Naive back = {c, none(c.x_shape()), doubles(w), doubles(y)};
  back.each([](double& sum, double a, double b) { sum += a * b; });
  Naive weight = {c, doubles(x), none(c.w_shape()), doubles(y)};
  weight.each([](double a, double& sum, double b) { sum += a * b; });
  const auto roundings = [&](double terms) { return 4 + terms; };
  const auto window = static_cast<double>(c.w_shape().count());
  CHECK(near(convolve(x, w, nullptr, c), forward.y, roundings(window)));
  CHECK(near(convolve_back(y, w, nullptr, c), back.x, roundings(window)));
  CHECK(near(correlate(x, y, c), weight.w,
             roundings(static_cast<double>(c.batch * c.rows.out * c.columns.out))));
}

}  // namespace

TEST_CASE("products of a convolution: shapes around the vectors, in blocks and in pieces") {
  for (const DType dtype : {DType::float32, DType::float64}) {
    check({3, 1, 1, 32, axis(28, 4, 2, 1, 1), axis(28, 4, 2, 1, 1)}, dtype);
    check({2, 1, 17, 33, axis(7, 3, 1, 1, 1), axis(9, 3, 1, 1, 1)}, dtype);
    check({9, 1, 32, 3, axis(14, 4, 2, 1, 1), axis(14, 4, 2, 1, 1)}, dtype);
    check({1, 2, 3, 8, axis(64, 5, 1, 1, 2), axis(65, 5, 3, 1, 2)}, dtype);
    check({1, 1, 64, 20, axis(40, 1, 1, 1, 0), axis(41, 1, 1, 1, 0)}, dtype);
    check({2, 1, 40, 24, axis(11, 3, 1, 2, 2), axis(13, 3, 2, 3, 3)}, dtype);
    check({1, 1, 16, 1, axis(1, 1, 1, 1, 0), axis(700, 9, 4, 1, 4)}, dtype);
    check({40, 1, 20, 2, axis(1, 1, 1, 1, 0), axis(3, 3, 1, 1, 0)}, dtype);
    check({1, 1, 2, 300, axis(50, 2, 5, 1, 0), axis(60, 2, 5, 1, 0)}, dtype);
  }
}

TEST_CASE("products of a convolution: planes of one channel, and of a few results") {
  for (const DType dtype : {DType::float32, DType::float64}) {
    check({3, 5, 1, 1, axis(28, 3, 1, 1, 1), axis(14, 3, 1, 1, 1)}, dtype);
    check({2, 7, 1, 1, axis(9, 4, 2, 1, 1), axis(33, 5, 2, 1, 2)}, dtype);
    check({2, 3, 1, 2, axis(10, 3, 1, 2, 2), axis(40, 3, 3, 4, 7)}, dtype);
    check({1, 2, 1, 1, axis(1, 3, 2, 1, 3), axis(2, 7, 1, 1, 9)}, dtype);
    check({2, 4, 2, 1, axis(6, 2, 3, 1, 0), axis(17, 3, 2, 3, 4)}, dtype);
    check({3, 1, 1, 32, axis(28, 4, 2, 1, 1), axis(28, 4, 2, 1, 1)}, dtype);
    check({2, 2, 12, 3, axis(8, 3, 1, 1, 1), axis(11, 5, 1, 2, 4)}, dtype);
    check({1, 1, 9, 1, axis(90, 7, 1, 1, 6), axis(60, 7, 1, 1, 3)}, dtype);
    check({1, 2, 2, 8, axis(40, 5, 3, 2, 4), axis(70, 3, 2, 3, 0)}, dtype);
    check({1, 1, 2, 8, axis(300, 2, 1, 9, 0), axis(2, 2, 1, 1, 0)}, dtype);
  }
}

TEST_CASE("products of planes: infinities that no window reads change nothing") {
  const Convolution c = {2, 3, 1, 1, axis(5, 3, 2, 1, 1), axis(20, 2, 4, 1, 0)};
  Tensor x = ones(c.x_shape());
  for (std::int64_t i = 0; i < x.count(); ++i)  // of four columns windows read the first two
    if (i % 4 > 1) x.writable_data<float>()[i] = std::numeric_limits<float>::infinity();
  const Tensor clean = ones(c.x_shape()), w = ones(c.w_shape()), y = ones(c.y_shape());
  CHECK(equal(convolve(x, w, nullptr, c), convolve(clean, w, nullptr, c)));
  CHECK(equal(correlate(x, y, c), correlate(clean, y, c)));
}
