#include <doctest/doctest.h>

#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/scan.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

namespace {

// Running sums down one axis, the last of three.
Doubles running(const Tensor& x, bool reverse) {
  const std::int64_t n = x.size(2);
  Doubles y = doubles(x);
  for (std::int64_t i = 0; i < x.count(); ++i) {
    const std::int64_t at = reverse ? x.count() - 1 - i : i;
    if (i % n > 0)
      y[static_cast<std::size_t>(at)] += y[static_cast<std::size_t>(reverse ? at + 1 : at - 1)];
  }
  return y;
}

double product_of(const Doubles& x) {
  double product = 1;
  for (const double value : x) product *= value;
  return product;
}

}  // namespace

TEST_CASE("cumsum: along every axis and both ways, in every dtype and layout") {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32})
    for (const Shape& shape : {Shape{3, 4, 5}, Shape{2, 70, 130}, Shape{1, 9, 1}})
      for (const bool reverse : {false, true}) {
        CAPTURE(text(dtype, ' ', shape, reverse));
        const Tensor x = cast(number_tensor(shape, DType::float64) * 256, dtype);
        for (int axis = 0; axis < 3; ++axis)
          CHECK(doubles(transpose(cumsum(x, axis, reverse), axis, 2)) ==
                running(transpose(x, axis, 2), reverse));
        const Tensor turned = cumsum(transpose(x), -1, reverse);
        CHECK(doubles(turned) == running(transpose(x), reverse));
      }
}

TEST_CASE("cumsum: a scalar is its own, nothing stays nothing, NaN and infinity go on") {
  CHECK(cumsum(full({}, 3), 0).item() == 3);
  CHECK(cumsum(zeros({2, 0}), 1).shape() == Shape{2, 0});
  CHECK(cumsum(zeros({2, 0}), 0).shape() == Shape{2, 0});
  const Doubles y = doubles(cumsum(from_vector<float>({1, INFINITY, 2, -INFINITY, 0}), 0));
  CHECK(y[0] == 1);
  CHECK(y[2] == INFINITY);
  CHECK(std::isnan(y[3]));
  CHECK(std::isnan(y[4]));
  CHECK(message_of<ShapeError>([] { return cumsum(zeros({2}), 1); }) ==
        "cumsum: axis 1 does not exist in a tensor of rank 1; try -1 to 0");
}

TEST_CASE("cumsum: float32 loses nothing on the way") {
  const Tensor y = cumsum(full({10'000'000}, 0.1), 0);
  CHECK(y[-1].item() == doctest::Approx(1e6).epsilon(1e-7));
}

TEST_CASE("cumsum, prod: int32 that does not fit is an error") {
  const Tensor x = from_vector({2'000'000'000, 2'000'000'000, -2'000'000'000});
  CHECK(message_of([&] { return cumsum(x, 0); }) ==
        "cumsum: 2000000000 + 2000000000 is 4000000000, which int32 cannot hold; try cast to "
        "float64");
  CHECK(message_of([&] { return prod(x); }) ==
        "prod: of 3 elements some have a product that int32 cannot hold; try cast to float64");
  CHECK(prod(from_vector({2'000'000'000, 0, 2'000'000'000})).item() == 0);
  CHECK(prod(from_vector({-65536, 32768})).item() == -2147483648.0);
}

TEST_CASE("prod: every choice of axes, against plain loops over double") {
  for (const DType dtype : {DType::float32, DType::float64, DType::int32}) {
    const Tensor signs = where(number_tensor({3, 4, 5}, DType::float64) < 0, -1.0, 1.0) *
                         where(number_tensor({3, 4, 5}, DType::float64, 2) < 0.5, 1.0, 2.0);
    const Tensor x = cast(signs, dtype);
    for (const Tensor& laid : {x, transpose(x), slice(x, 2, 0, 5, 2), expand(x[0], {2, 4, 5})})
      for (const Axes& axes : {Axes{}, Axes{0}, Axes{1}, Axes{-1}, Axes{0, 2}, Axes{1, 2}}) {
        CHECK(doubles(prod(laid, axes)) == by_hand(laid, axes, product_of));
        CHECK(prod(laid, axes, true).shape() == reduction("", laid.shape(), axes).kept);
      }
  }
  CHECK(prod(zeros({0})).item() == 1);
  CHECK(prod(zeros({0}, DType::int32)).item() == 1);
  CHECK(prod(full({}, 3), 0).item() == 3);
  CHECK(std::isnan(prod(from_vector<float>({0, NAN})).item()));
}

TEST_CASE("cumsum, prod: the same bits on any number of threads") {
  const Tensor x = number_tensor({1024, 600}, DType::float32);
  for (const int axis : {0, 1}) {
    CHECK(same_on_any_number_of_threads([&] { return cumsum(x, axis); }));
    CHECK(same_on_any_number_of_threads([&] { return prod(1 + x / 100, axis); }));
    CHECK(same_on_any_number_of_threads([&] { return detail::product_of_others(x, axis); }));
  }
}
