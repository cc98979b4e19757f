#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tensor/elementwise.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

// Numbers of which about one in `every` is not zero.
Tensor sparse(Shape shape, DType dtype, double every, std::uint64_t seed) {
  Random random{seed};
  const Tensor chosen = rand(shape, random, dtype) * every < 1;
  return where(chosen, randn(shape, random, dtype), zeros(shape, dtype));
}

kernels::MatmulBlock block_of(const Tensor& a, const Tensor& b, const Tensor& c) {
  kernels::MatmulBlock block = {};
  block.m = a.size(0), block.n = b.size(1), block.k = a.size(1);
  block.a = a.raw(), block.a_row = a.strides()[0], block.a_column = a.strides()[1];
  block.b = b.raw(), block.b_row = b.strides()[0];
  block.c = c.raw(), block.c_row = c.strides()[0], block.c_column = 1;
  return block;
}

const kernels::MatmulKernels::Type& kernel_for(DType dtype) {
  return kernels_in_use().matmul.types[static_cast<int>(dtype)];
}

// How many elements of c the two kernels see differently.
double disagreements(const Tensor& a, const Tensor& b, const Tensor* bias) {
  const Tensor dense = full({a.size(0), b.size(1)}, 777, a.dtype()), skipping = clone(dense);
  kernels::MatmulBlock block = block_of(a, b, dense);
  block.bias = bias ? bias->raw() : nullptr;
  kernel_for(a.dtype()).multiply(block);
  block.c = skipping.raw();
  CHECK(kernel_for(a.dtype()).multiply_nonzeros(block));
  return sum(dense != skipping).item();
}

struct Size {
  std::int64_t m, n, k;
};

}  // namespace

TEST_CASE("matmul: skipping zeros gives what the dense kernel gives") {
  for (const DType dtype : {DType::float32, DType::float64})
    for (const Size& size : {Size{1, 64, 1}, Size{2, 65, 3}, Size{15, 100, 16}, Size{16, 129, 17},
                             Size{17, 448, 33}, Size{33, 449, 31}, Size{5, 1000, 40},
                             Size{3, 64, 1023}, Size{20, 70, 1025}, Size{18, 80, 2500}})
      for (const double every : {1.0, 4.0, 30.0, 1e9}) {
        Random random{9};
        const Tensor a = sparse({size.m, size.k}, dtype, every, 1);
        const Tensor b = randn({size.k, size.n}, random, dtype);
        const Tensor bias = randn({size.n}, random, dtype);
        const Tensor turned = transpose(contiguous(transpose(a)));
        CAPTURE(size.n);
        CAPTURE(size.k);
        for (const Tensor* added : {static_cast<const Tensor*>(nullptr), &bias}) {
          CHECK(disagreements(a, b, added) == 0);
          CHECK(disagreements(turned, b, added) == 0);
        }
      }
}

TEST_CASE("matmul: a block with a number in b that is not finite is left to the dense kernel") {
  const Tensor a = sparse({8, 50}, DType::float32, 10, 1), c = full({8, 70}, 3);
  for (const double bad : {infinity<double>, -infinity<double>, std::nan("")})
    for (const std::int64_t place : {0, 63, 64, 69, 70 * 49, 70 * 50 - 1}) {
      const Tensor b = reshape(where(arange(0, 70 * 50) == double(place), bad, 1.0), {50, 70});
      CHECK_FALSE(kernel_for(DType::float32).multiply_nonzeros(block_of(a, b, c)));
      CHECK(sum(c == 3.0).item() == c.count());
    }
}

TEST_CASE("matmul: zeros do not hide what is not finite in the other matrix") {
  const Tensor a = sparse({64, 200}, DType::float32, 10, 1);
  REQUIRE(kernel_for(DType::float32).mostly_zero(block_of(a, zeros({200, 100}), zeros({64, 100}))));
  for (const double bad : {infinity<double>, std::nan("")}) {
    // Row 7 of b meets zeros in most rows of a; only column 31 is touched.
    const Tensor place = arange(0, 200 * 100) == 7.0 * 100 + 31;
    const Tensor y = matmul(a, reshape(where(place, bad, 1.0), {200, 100}));
    const Tensor nans = 1 - (y == y);
    const Tensor column = slice(a, 1, 7, 8);
    const double expected = std::isnan(bad) ? 64 : sum(column == 0.0).item();
    CHECK(sum(nans).item() == expected);
    CHECK(sum(slice(nans, 1, 31, 32)).item() == expected);
  }
}

TEST_CASE("matmul: a NaN in a matrix of zeros is none of the zeros") {
  Tensor a = zeros({64, 200});
  a.writable_data<float>()[3 * 200 + 7] = std::nanf("");
  const Tensor y = matmul(a, ones({200, 100}));
  CHECK(sum(y == 0.0).item() == 63 * 100);
  CHECK(sum(y == y).item() == 63 * 100);
}

TEST_CASE("matmul: products with mostly zeros have the same bits for any number of threads") {
  for (const bool turned : {false, true}) {
    Random random{3};
    const Tensor x = sparse({128, 784}, DType::float32, 5, 1);
    const Tensor a = turned ? transpose(x) : x, b = randn({a.size(1), 256}, random);
    REQUIRE(kernel_for(DType::float32).mostly_zero(block_of(a, b, b)));
    CHECK(same_on_any_number_of_threads([&] { return matmul(a, b); }));
    const Tensor exact = matmul(cast(a, DType::float64), cast(b, DType::float64));
    const Tensor error = abs(cast(matmul(a, b), DType::float64) - exact);
    const Tensor bound = 6e-8 * a.size(1) * cast(matmul(abs(a), abs(b)), DType::float64);
    CHECK(sum(error > bound).item() == 0);
  }
}

TEST_CASE("matmul: whether zeros are skipped is decided for the whole product") {
  // A row of zeros times -1 is -0 in the dense kernel and 0 where zeros are skipped; so the columns
  // without the infinity, which may be another thread's, must follow those with it.
  const Tensor a = zeros({80, 256});
  const Tensor b = reshape(where(arange(0, 256 * 512) == 0.0, -infinity<double>, -1.0), {256, 512});
  REQUIRE(kernel_for(DType::float32).mostly_zero(block_of(a, b, b)));
  CHECK(same_on_any_number_of_threads([&] { return matmul(a, b); }));
  const Tensor dense = zeros({80, 512});
  kernel_for(DType::float32).multiply(block_of(a, b, dense));
  CHECK(same_bits(matmul(a, b), dense));
}

TEST_CASE("matmul: a look at a sample tells a matrix of zeros from a dense one") {
  const auto look = [](double every, const Shape& shape, DType dtype) {
    const Tensor a = sparse(shape, dtype, every, 2);
    return kernel_for(dtype).mostly_zero(block_of(a, zeros({shape[1], 1}, dtype), a));
  };
  for (const DType dtype : {DType::float32, DType::float64})
    for (const Shape& shape : {Shape{32, 784}, Shape{784, 128}, Shape{700, 700}}) {
      CHECK(look(100, shape, dtype));
      CHECK(look(5, shape, dtype));  // as in pictures of digits
      CHECK_FALSE(look(2, shape, dtype));
      CHECK_FALSE(look(1, shape, dtype));
    }
}
