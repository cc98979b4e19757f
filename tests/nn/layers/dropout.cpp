#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <limits>
#include <nn/layers/dropout.hpp>
#include <nn/pass.hpp>
#include <nn/sequential.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Dropout, nn::Pass;

TEST_CASE("dropout: without a training pass nothing is dropped and nothing drawn") {
  const Dropout dropout{0.5};
  const Variable x = from_vector<float>({1, 2, 3});
  Random random{1};
  Pass pass{random};
  CHECK(dropout(x).value().storage() == x.value().storage());
  CHECK(dropout(x, pass).value().storage() == x.value().storage());
  Pass training{random, true};
  CHECK(Dropout{0}(x, training).value().storage() == x.value().storage());
  CHECK(random.position == 0);
}

TEST_CASE("dropout: a training pass drops a share of p and scales the others by 1 / (1 - p)") {
  Random random{1};
  Pass pass{random, true};
  for (const double p : {0.1, 0.5, 0.9}) {
    const Tensor y = Dropout{p}(full({200, 100}, 3), pass).value();
    int dropped = 0;
    for (const float value : y.to_vector<float>()) {
      dropped += value == 0;
      CHECK_MESSAGE((value == 0 || value == doctest::Approx(3 / (1 - p))), value);
    }
    CHECK(dropped / 20000.0 == doctest::Approx(p).epsilon(0.03));
  }
}

TEST_CASE("dropout: the same state of the noise drops the same, and each call others") {
  const Tensor x = ones({64});
  const Dropout dropout;
  Random one{5}, same{5};
  Pass first{one, true}, second{same, true};
  const auto y = dropout(x, first).value().to_vector<float>();
  CHECK(y == dropout(x, second).value().to_vector<float>());
  CHECK(y != dropout(x, first).value().to_vector<float>());
}

TEST_CASE("dropout: what is dropped is 0 and has no gradient, whatever it was") {
  const float infinity = std::numeric_limits<float>::infinity();
  const Variable x = leaf(full({200}, infinity));
  Random random{2};
  Pass pass{random, true};
  const Variable y = Dropout{0.75}(x, pass);
  const Tensor dx = backward(sum(y))[x];
  const auto values = y.value().to_vector<float>(), slopes = dx.to_vector<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK((values[i] == 0 || values[i] == infinity));
    CHECK(slopes[i] == (values[i] == 0 ? 0 : 4));
  }
}

TEST_CASE("dropout: its gradients are right in first and second order") {
  Random random{3};
  check_gradients(
      [](auto in) {
        Random noise{4};
        Pass pass{noise, true};
        return tanh(Dropout{0.4}(in[0], pass));
      },
      {randn({4, 5}, random, DType::float64)}, {.order = 2});
}

TEST_CASE("dropout: sequential hands it the pass") {
  const nn::Sequential net{[](const Variable& x) { return 2 * x; }, Dropout{0.5},
                           nn::Sequential{Dropout{0.5}}};
  Random random{3};
  Pass pass{random, true};
  const Variable x = ones({4000});
  CHECK(net(x).value().to_vector<float>() == std::vector<float>(4000, 2));
  int kept = 0;
  for (const float value : net(x, pass).value().to_vector<float>()) {
    kept += value != 0;
    CHECK((value == 0 || value == 8));
  }
  CHECK(kept == doctest::Approx(1000).epsilon(0.1));
}

TEST_CASE("dropout: other probabilities and integers are refused") {
  CHECK(message_of([] { return Dropout{1}; }) ==
        "dropout: a probability of 1; it must be at least 0 and below 1, try 0.5");
  CHECK_THROWS_AS(Dropout{-0.1}, Error);
  CHECK_THROWS_AS(Dropout{std::numeric_limits<double>::quiet_NaN()}, Error);
  Random random;
  Pass pass{random, true};
  CHECK(message_of<DTypeError>([&] { return Dropout{}(ones({2}, DType::int32), pass); }) ==
        "dropout: int32 [2]; try cast to float32");
}
