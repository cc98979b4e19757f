#include <doctest/doctest.h>

#include <tensor/elementwise.hpp>
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
  const Doubles y = doubles(softmax(from_vector<double>({NAN, 1, 2, 2}, {2, 2})));
  CHECK(std::isnan(y[0]));
  CHECK(std::isnan(y[1]));
  CHECK(y[2] == 0.5);
}
