// The rows of the table of array operations (tests/autograd/normalize.cpp) go through every pass.
#include <doctest/doctest.h>

#include <tensor/normalize/passes.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

TEST_CASE("normalize channels: columns and long runs have the same moments") {
  const Tensor x = number_tensor({700, 3, 80}, DType::float64);
  detail::Normalization runs = {{700, 3, 80, 0}, 0.1}, columns = {{700 * 80, 3, 1, 0}, 0.1};
  static_cast<void>(detail::normalize_channels(x, {}, {}, runs));
  const Tensor turned = contiguous(permute(x, {0, 2, 1}));
  static_cast<void>(detail::normalize_channels(turned, {}, {}, columns));
  for (std::size_t c = 0; c < 3; ++c) {
    CHECK(std::abs(doubles(runs.moments.mean)[c] - doubles(columns.moments.mean)[c]) < 1e-12);
    CHECK(std::abs(doubles(runs.moments.variance)[c] - doubles(columns.moments.variance)[c]) <
          1e-12);
  }
}

TEST_CASE("normalize channels: a number for each element of a channel") {
  CHECK(doubles(detail::repeat_inner(from_vector<float>({1, 2}), 2)) ==
        std::vector<double>{1, 1, 2, 2});
}
