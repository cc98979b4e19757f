#include <doctest/doctest.h>

#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

TEST_CASE("logsumexp: does not overflow, and takes infinities as they are") {
  const auto of = [](const Doubles& x) { return logsumexp(from_vector(x)).item(); };
  CHECK(of({1000, 1000}) == doctest::Approx(1000.693147180559945).epsilon(1e-15));
  CHECK(of({-1000, -1001}) == doctest::Approx(-999.686738312481801).epsilon(1e-15));
  CHECK(of({-INFINITY, 2}) == 2);
  CHECK(of({-INFINITY, -INFINITY}) == -INFINITY);
  CHECK(of({INFINITY, 2}) == INFINITY);
  CHECK(of({INFINITY, INFINITY}) == INFINITY);
  CHECK(std::isnan(of({NAN, INFINITY})));
}

TEST_CASE("softmax, log_softmax: along every axis, against plain loops over double") {
  for (const DType dtype : floating)
    for (const Tensor& x :
         {number_tensor({3, 4, 5}, dtype) * 8, transpose(number_tensor({3, 4, 5}, dtype), 0, 2) * 8,
          slice(number_tensor({9, 70, 2}, dtype), 0, 1, 9, 3),
          number_tensor({2, 1, 20'000}, dtype)})
      for (const int axis : {0, 1, 2, -1, -3}) {
        const Doubles elements = doubles(x);
        const Tensor logs = cast(
            from_vector(by_hand(x, {axis}, log_of_sum), reduction("f", x.shape(), {axis}).kept),
            DType::float64);
        Doubles expected = doubles(expand(logs, x.shape()));
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = elements[i] - expected[i];
        CHECK(near(log_softmax(x, axis), expected, 40));
        for (double& value : expected) value = std::exp(value);
        CHECK(near(softmax(x, axis), expected, 20));
        CHECK(softmax(x, axis).dtype() == dtype);
      }
  CHECK(same_bits(softmax(number_tensor({2, 3}, DType::float32)),
                  softmax(number_tensor({2, 3}, DType::float32), 1)));
}

TEST_CASE("softmax, log_softmax: large inputs, one element, infinity, NaN") {
  CHECK(doubles(softmax(from_vector<float>({1000, 1000}))) == Doubles{0.5, 0.5});
  CHECK(doubles(softmax(from_vector<float>({-1000, 0}))) == Doubles{0, 1});
  CHECK(doubles(log_softmax(from_vector<double>({-1000, 0}))) == Doubles{-1000, 0});
  CHECK(doubles(softmax(from_vector<double>({-INFINITY, 3}))) == Doubles{0, 1});
  CHECK(doubles(log_softmax(from_vector<double>({-INFINITY, 3}))) == Doubles{-INFINITY, 0});
  CHECK(doubles(softmax(full({2, 1}, 7), 1)) == Doubles{1, 1});
  CHECK(doubles(log_softmax(full({2, 1}, 7), 1)) == Doubles{0, 0});
  CHECK(doubles(softmax(full({}, 7), {})) == Doubles{1});
  const Doubles y = doubles(softmax(from_vector<double>({NAN, 1, 2, 2}, {2, 2})));
  CHECK(std::isnan(y[0]));
  CHECK(std::isnan(y[1]));
  CHECK(y[2] == 0.5);
}

TEST_CASE("log_softmax, softmax, logsumexp: large logits keep the digits of their differences") {
  constexpr double half = 0.693147180559945309;
  for (const DType dtype : floating)
    for (const double large : {0.0, 1e4, 1e8, -1e8, 1e30, -1e30})
      for (const std::int64_t n : {1, 2, 3, 7, 15, 16, 17, 33, 64, 100, 2048, 2049, 9000})
        for (const int axis : {0, 1, 2}) {
          CAPTURE(text(dtype, " ", large, " ", n, " ", axis));
          Shape shape = {3, 2, 3};
          shape[axis] = n;
          const auto count = static_cast<std::size_t>(shape.count());
          const Tensor x = full(shape, large, dtype);
          const double width = static_cast<double>(n);
          CHECK(near(log_softmax(x, axis), Doubles(count, -std::log(width)), 2));
          CHECK(near(softmax(x, axis), Doubles(count, 1 / width), 2));
          CHECK(near(logsumexp(x, axis),
                     Doubles(count / static_cast<std::size_t>(n), large + std::log(width)), 2));
        }
  CHECK(near(log_softmax(from_vector<float>({1e8f, 1e8f})), {-half, -half}, 1));
  // 1e8 and the next float, 8 more; literals: log(1 / (1 + e^8)), log(1 / (1 + e^-8)).
  const Tensor near_ones = from_vector<float>({1e8f, 1e8f + 8});
  CHECK(near(log_softmax(near_ones), {-8.00033540637289077, -3.35406372890738e-4}, 1));
  CHECK(near(softmax(near_ones), {3.35350130466478e-4, 0.999664649869533522}, 1));
}

TEST_CASE("softmax, log_softmax: infinities on every axis and length, as PyTorch does") {
  for (const DType dtype : floating)
    for (const std::int64_t n : {2, 5, 16, 40, 2048, 2100})
      for (const bool last : {true, false})
        for (const bool logarithm : {true, false}) {
          CAPTURE(text(dtype, " ", n, " ", last, " ", logarithm));
          // Rows of -infinity alone, with infinity, with one -infinity among zeros.
          Doubles values(static_cast<std::size_t>(3 * n), 0);
          std::fill_n(values.begin(), n, -INFINITY);
          values[static_cast<std::size_t>(n + 1)] = INFINITY;
          values[static_cast<std::size_t>(2 * n)] = -INFINITY;
          const Tensor rows = cast(from_vector(values, {3, n}), dtype);
          const Tensor x = last ? rows : contiguous(transpose(rows));
          const Tensor y = logarithm ? log_softmax(x, last ? 1 : 0) : softmax(x, last ? 1 : 0);
          const Doubles found = doubles(last ? y : transpose(y));
          const auto broken = std::count_if(found.begin(), found.begin() + 2 * n,
                                            [](double value) { return std::isnan(value); });
          CHECK(broken == 2 * n);
          const double part = 1 / static_cast<double>(n - 1);
          CHECK(found[static_cast<std::size_t>(2 * n)] == (logarithm ? -INFINITY : 0));
          CHECK(found.back() == doctest::Approx(logarithm ? std::log(part) : part).epsilon(1e-5));
        }
}

TEST_CASE("logsumexp: infinities on every axis and length") {
  for (const DType dtype : floating)
    for (const std::int64_t n : {2, 16, 2048, 2100}) {
      Doubles values(static_cast<std::size_t>(3 * n), 0);
      std::fill_n(values.begin(), n, -INFINITY);
      values[static_cast<std::size_t>(n + 1)] = INFINITY;
      values[static_cast<std::size_t>(2 * n)] = NAN;
      const Tensor rows = cast(from_vector(values, {3, n}), dtype);
      for (const Doubles& found :
           {doubles(logsumexp(rows, 1)), doubles(logsumexp(contiguous(transpose(rows)), 0))}) {
        CHECK(found[0] == -INFINITY);
        CHECK(found[1] == INFINITY);
        CHECK(std::isnan(found[2]));
      }
    }
}
