#include <doctest/doctest.h>

#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <limits>
#include <thread>

using namespace ebb;

namespace {

template <class F>
std::string anomaly_of(const F& f) {
  const AnomalyMode mode;
  try {
    static_cast<void>(f());
  } catch (const AnomalyError& error) {
    return error.what();
  }
  return "no anomaly";
}

const Variable negative = leaf(from_vector<float>({1, -1}));

}  // namespace

TEST_CASE("is_finite: sees NaN and both infinities wherever they stand") {
  CHECK(is_finite(ones({3})));
  CHECK(is_finite(zeros({0})));
  CHECK(is_finite(from_vector<std::int32_t>({1})));
  for (const double bad : {double{NAN}, double{INFINITY}, -double{INFINITY}})
    for (const DType dtype : {DType::float32, DType::float64})
      for (std::size_t place = 0; place < 37; ++place) {
        std::vector<double> values(37, 1.5);
        values[place] = bad;
        CHECK(!is_finite(cast(from_vector(values), dtype)));
      }
  CHECK(is_finite(full({2}, std::numeric_limits<float>::max())));
}

TEST_CASE("anomaly mode: names the operation and its shapes") {
  CHECK(anomaly_of([] { return log(negative); }) ==
        "log: the first NaN or infinity is in its result [2] of [2]");
  CHECK(anomaly_of([] {
          const Variable a = leaf(full({2, 3}, 1e30)), b = leaf(full({3, 4}, 1e30));
          static_cast<void>(sum(exp(-matmul(a, b))));
        }) == "matmul: the first NaN or infinity is in its result [2, 4] of [2, 3] and [3, 4]");
  CHECK(anomaly_of([] { return log(Variable(negative.value())); }) ==
        "log: the first NaN or infinity is in its result [2]");
  CHECK(anomaly_of([] { return exp(negative); }) == "no anomaly");
}

TEST_CASE("anomaly mode: names the module") {
  const std::string outer = "vae", inner = "vae.encoder";
  CHECK(anomaly_of([&] {
          const ModuleScope in_model(outer);
          const ModuleScope in_part(inner);
          static_cast<void>(log(negative));
        }) == "log: the first NaN or infinity is in its result [2] of [2]; in vae.encoder");
  CHECK(anomaly_of([&] {
          const ModuleScope in_model(outer);
          { const ModuleScope in_part(inner); }
          static_cast<void>(log(negative));
        }) == "log: the first NaN or infinity is in its result [2] of [2]; in vae");
}

TEST_CASE("anomaly mode: names the operation whose derivative it was, and its module") {
  const std::string path = "encoder.0";
  const Variable zero = leaf(zeros({2}));
  const auto derivative_of = [&](const auto& f) {
    return anomaly_of([&] {
      Variable y;
      {
        const ModuleScope scope(path);
        y = f(zero);
      }
      static_cast<void>(backward(sum(exp(y))));
    });
  };
  CHECK(derivative_of([](const Variable& x) { return sqrt(x); }) ==
        "the derivative of sqrt [2]: the first NaN or infinity is in the gradient of its input "
        "[2]; in encoder.0");
  // The rule of a product is a product: the message names what the program called.
  CHECK(derivative_of([](const Variable& x) {
          const Variable small = reshape(x, {2, 1}) + 1e-30;
          const Variable large = full({1, 2}, 1e30);
          return 1e30 * (1e8 * matmul(small * 1e-30, large));
        }) ==
        "the derivative of matmul [2, 2]: the first NaN or infinity is in the gradient of its "
        "input [2, 1]; in encoder.0");
}

TEST_CASE("anomaly mode: second derivatives are looked at as well") {
  const auto power = [](const Variable& x) {  // x^1.5
    return record("power", x.value() * sqrt(x.value()), Wrt{x, [x = saved(x)](const Variable& dy) {
                                                              return 1.5 * dy * sqrt<Variable>(x);
                                                            }});
  };
  const std::string path = "head";
  const Variable zero = leaf(zeros({}, DType::float64));
  CHECK(anomaly_of([&] {
          Variable y;
          {
            const ModuleScope scope(path);
            y = power(zero);
          }
          const auto [dx] = gradients(y, {zero}, {.create_graph = true});
          CHECK(dx.item() == 0);
          static_cast<void>(gradients(dx, {zero}));
        }) ==
        "the derivative of sqrt []: the first NaN or infinity is in the gradient of its input []; "
        "in head");
}

TEST_CASE("anomaly mode: is over with its scope, and belongs to its thread") {
  {
    const AnomalyMode outer;
    { const AnomalyMode inner; }
    CHECK_THROWS_AS(log(negative), AnomalyError);
    std::thread([] { CHECK_NOTHROW(log(negative)); }).join();
  }
  CHECK_NOTHROW(log(negative));
  CHECK_NOTHROW(backward(sum(log(negative))));
}
