// Covers: nn/reduced.cpp
#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <limits>
#include <nn/losses.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tests/nn/at_edge.hpp>
#include <tests/nn/loss_values.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::LossReduction;

TEST_CASE("mse_loss: the mean, the sum, or each element's square") {
  const Variable x = from_vector<float>({1, 2, 3, 4}, {2, 2}), t = zeros({2, 2});
  CHECK(nn::mse_loss(x, t).item() == 7.5);
  CHECK(nn::mse_loss(x, t, LossReduction::sum).item() == 30);
  CHECK(nn::mse_loss(x, t, LossReduction::none).value().to_vector<float>() ==
        std::vector<float>{1, 4, 9, 16});
}

TEST_CASE("binary_cross_entropy_with_logits: exact, and finite where exp overflows") {
  const Variable x = from_vector<double>({0, 2, -3, 1000, -1000, 1000});
  const Variable t = from_vector<double>({0.25, 1, 1, 1, 0, 0});
  const std::vector<double> y =
      nn::binary_cross_entropy_with_logits(x, t, LossReduction::none).value().to_vector<double>();
  CHECK(y[0] == doctest::Approx(0.693147180559945309).epsilon(1e-14));
  CHECK(y[1] == doctest::Approx(0.126928011042972496).epsilon(1e-14));
  CHECK(y[2] == doctest::Approx(3.04858735157374206).epsilon(1e-14));
  CHECK(y[3] == 0);
  CHECK(y[4] == 0);
  CHECK(y[5] == 1000);
}

TEST_CASE("binary_cross_entropy_with_logits: the small losses of sure answers have all digits") {
  const Variable x = from_vector<float>({10, 16, 40, -10}), t = from_vector<float>({1, 1, 1, 0});
  const std::vector<float> y =
      nn::binary_cross_entropy_with_logits(x, t, LossReduction::none).value().to_vector<float>();
  CHECK(y[0] == doctest::Approx(4.53988992168646468e-5).epsilon(1e-6));
  CHECK(y[1] == doctest::Approx(1.12535168387176815e-7).epsilon(1e-6));
  CHECK(y[2] == doctest::Approx(4.24835425529158899e-18).epsilon(1e-6));
  CHECK(y[3] == y[0]);
}

TEST_CASE("losses: derivatives of first and second order") {
  Random random{4};
  const auto draw = [&] { return randn({3, 5}, random, DType::float64); };
  check_gradients([](auto x) { return nn::mse_loss(x[0], x[1]); }, {draw(), draw()}, {.order = 2});
  const Tensor targets = 0.1 + 0.8 * rand({3, 5}, random, DType::float64);
  check_gradients([](auto x) { return nn::binary_cross_entropy_with_logits(x[0], x[1]); },
                  {draw(), targets}, {.order = 2});
}

TEST_CASE("losses: a target of another shape is refused, not broadcast") {
  CHECK_THROWS_WITH_AS(
      nn::mse_loss(zeros({4, 3}), zeros({3})),
      "mse_loss: output [4, 3] and target [3] must have one shape; try reshape or expand",
      ShapeError);
  CHECK_THROWS_AS(nn::binary_cross_entropy_with_logits(zeros({4}), zeros({4, 1})), ShapeError);
}

TEST_CASE("binary_cross_entropy_with_logits: a target is in [0, 1]") {
  const auto loss = [](std::vector<float> target) {
    const Variable t = leaf(from_vector(target));
    return nn::binary_cross_entropy_with_logits(leaf(zeros(t.shape())), t);
  };
  CHECK(loss({0, 0.5, 1}).item() == doctest::Approx(std::log(2)));
  CHECK(loss({}).wants_gradient());
  CHECK_THROWS_WITH_AS(loss({12, 255, 0}),
                       "bernoulli: a target must lie in [0, 1], and these reach from 0 to 255; try "
                       "dividing pixels by "
                       "255",
                       Error);
  CHECK_THROWS_AS(loss({0.5F, -1e-6F}), Error);
  CHECK_THROWS_AS(loss({0.5F, NAN, 0.25F}), Error);
  CHECK_THROWS_AS(loss({INFINITY}), Error);
  CHECK_THROWS_AS(nn::binary_cross_entropy_with_logits(zeros({2}), zeros({2}, DType::int32)),
                  DTypeError);
}

TEST_CASE("losses: finite at the ends of float32 where they are so in mathematics") {
  constexpr float most = std::numeric_limits<float>::max(), inf = INFINITY;
  const auto mse = [](auto& x) { return nn::mse_loss(x[0], x[1]); };
  for (const float x : {most, -most, 1e30F, 1e-30F}) {
    const AtEdge same = at_edge(mse, {x, x});
    CHECK(same.value == 0);
    CHECK(same.first == Values{0, 0});
    CHECK(same.second == Values{2, 2});
  }
  CHECK(at_edge(mse, {1e19F, 0}).value == doctest::Approx(1e38));
  CHECK(at_edge(mse, {most, -most}).first == Values{inf, -inf});

  const auto bernoulli = [](auto& x) { return nn::binary_cross_entropy_with_logits(x[0], x[1]); };
  for (const float x : {most, 1e30F, 710.0F, 89.0F}) {
    const AtEdge right = at_edge(bernoulli, {x, 1}), wrong = at_edge(bernoulli, {-x, 1});
    CHECK(right.value == 0);
    CHECK(right.first == Values{0, -x});
    CHECK(right.second == Values{0, 0});
    CHECK(wrong.value == x);
    CHECK(wrong.first == Values{-1, x});
    CHECK(wrong.second == Values{0, 0});
  }
}

TEST_CASE("cross_entropy: the mean, the sum, or each example's, in nats") {
  const Variable logits = from_vector<double>({1, 2, 3, 0, 0, 0}, {2, 3});
  const Tensor labels = from_vector<std::int32_t>({2, 1});
  const double first = 0.407605964444380, second = 1.09861228866810969;
  CHECK(nn::cross_entropy(logits, labels).item() ==
        doctest::Approx((first + second) / 2).epsilon(1e-13));
  CHECK(nn::cross_entropy(logits, labels, LossReduction::sum).item() ==
        doctest::Approx(first + second).epsilon(1e-13));
  const auto each =
      nn::cross_entropy(logits, labels, LossReduction::none).value().to_vector<double>();
  CHECK(each[0] == doctest::Approx(first).epsilon(1e-13));
  CHECK(each[1] == doctest::Approx(second).epsilon(1e-13));
}

TEST_CASE("cross_entropy: huge logits stay finite, and labels must be classes") {
  const Variable logits = leaf(from_vector<float>({1e30F, -1e30F, 0, 0}, {2, 2}));
  const Variable loss = nn::cross_entropy(logits, from_vector<std::int32_t>({0, 1}));
  CHECK(loss.item() == doctest::Approx(std::log(2) / 2));
  const auto dx = backward(loss)[logits].to_vector<float>();
  CHECK(dx == std::vector<float>{0, 0, 0.25F, -0.25F});
  CHECK_THROWS_AS(nn::cross_entropy(logits, from_vector<std::int32_t>({0, 2})), Error);
  CHECK_THROWS_AS(nn::cross_entropy(logits, from_vector<float>({0, 1})), DTypeError);
  CHECK_THROWS_AS(nn::cross_entropy(logits, from_vector<std::int32_t>({0})), ShapeError);
}

namespace {

const Tensor labels = from_vector<std::int32_t>({2, 0, 1});
const Tensor class_weights = from_vector<double>({0.5, 2, 1, 0.25});

Variable probabilities() {
  return leaf(softmax(from_vector<double>({1, 2, 0, -1, 0, 0, 1, 0.5, 2, -1, 0, 1}, {3, 4}), -1));
}

}  // namespace

// From here on the numbers are PyTorch's.
TEST_CASE("cross_entropy: weights, labels to ignore, smoothing") {
  const Variable x = loss_inputs();
  gives(nn::cross_entropy(x, labels), 0.331792742869727, {x}, {0.172219078486676});
  gives(nn::cross_entropy(x, labels, {.weight = class_weights}), 0.284021949290646, {x},
        {0.140675917509462});
  gives(nn::cross_entropy(x, labels, {.weight = class_weights, .reduction = LossReduction::sum}),
        0.99407682251726, {x}, {0.492365711283117});
  gives(nn::cross_entropy(x, labels, {.ignore_index = 0}), 0.311205255608857, {x},
        {0.0352739342680406});
  gives(nn::cross_entropy(x, labels, {.label_smoothing = 0.2}), 0.694292742869727, {x},
        {0.0722190784866758});
  nn::CrossEntropyOptions all = {
      .weight = class_weights, .ignore_index = 0, .label_smoothing = 0.2};
  gives(nn::cross_entropy(x, labels, all), 0.480300447303515, {x}, {0.10539218253581});
  all.reduction = LossReduction::none;
  const auto each = nn::cross_entropy(x, labels, all).value().to_vector<double>();
  CHECK(each[0] == doctest::Approx(0.8098877078812289));
  CHECK(each[1] == 0);
  CHECK(each[2] == doctest::Approx(0.6310136340293148));
}

TEST_CASE("cross_entropy: probabilities as targets") {
  const Variable x = loss_inputs(), t = probabilities();
  gives(nn::cross_entropy(x, t), 2.73136335166298, {x, t}, {-0.0341618831143269, 59.7823680825591});
  gives(nn::cross_entropy(x, t, {.weight = class_weights, .label_smoothing = 0.2}),
        2.60823481348747, {x, t}, {0.136610685412022, 35.7628544752438});
}

TEST_CASE("cross_entropy: classes are the axis behind that of the examples, or the only one") {
  const Variable x = loss_inputs();
  const Variable deep = leaf(stack({x.value(), -0.5 * x.value()}, 0));  // [n, classes, d]
  const Tensor places = from_vector<std::int32_t>({0, 1, 2, 0, 2, 2, 1, 0}, {2, 4});
  gives(nn::cross_entropy(deep, places), 1.79710160848881, {deep}, {0.0088662489694411});
  const Variable one = leaf(from_vector<double>({1, 2, 3}));
  CHECK(nn::cross_entropy(one, from_vector<std::int32_t>({2}, {})).item() ==
        doctest::Approx(0.407605964444380));
}

TEST_CASE("nll_loss: minus the logarithm at the label") {
  const Variable x = loss_inputs();
  gives(nn::nll_loss(x, labels, {.weight = class_weights, .ignore_index = 1}), -1.83333333333333,
        {x}, {-3.66666666666667});
  const Variable row = leaf(from_vector<double>({0.5, -1.25, 2, 0.75}));
  gives(nn::nll_loss(row, from_vector<std::int32_t>({3}, {})), -0.75, {row}, {-4});
  const Tensor none = from_vector<std::int32_t>({1, 1, 1});
  CHECK(std::isnan(nn::nll_loss(x, none, {.ignore_index = 1}).item()));
}

TEST_CASE("kl_div: targets as probabilities, 0 among them, and as logarithms") {
  const Variable x = loss_inputs(), t = probabilities();
  gives(nn::kl_div(x, t, {.reduction = LossReduction::batch_mean}), -0.830361467453749, {x, t},
        {-6.206380961601, -30.8397384692252});
  const Variable log_t = leaf(log(t.value()));
  gives(nn::kl_div(x, log_t, {.log_target = true}), -0.207590366863437, {x}, {-1.55159524040025});
  CHECK(nn::kl_div(zeros({2}), from_vector<float>({0, 1}), {.reduction = LossReduction::sum})
            .item() == 0);
}

TEST_CASE("binary_cross_entropy_with_logits: weights of elements and of positive answers") {
  const Variable x = loss_inputs(), t = probabilities();
  gives(nn::binary_cross_entropy_with_logits(
            x, t, {.weight = class_weights, .pos_weight = from_vector<double>({3, 1, 2, 0.5})}),
        1.32501460432448, {x, t}, {1.939562453412, -2.22296554676286});
}

TEST_CASE("binary_cross_entropy: of probabilities, bounded at 0 and 1") {
  const Variable p = leaf(sigmoid(loss_inputs().value())), t = probabilities();
  gives(nn::binary_cross_entropy(p, t, {.weight = class_weights}), 1.23735126103904, {p, t},
        {38.8385756254074, -4.4375});
  const Variable sure = leaf(from_vector<double>({0, 1, 0, 1}));
  const Variable loss = nn::binary_cross_entropy(sure, from_vector<double>({0, 1, 1, 0}),
                                                 {.reduction = LossReduction::none});
  CHECK(loss.value().to_vector<double>() == std::vector<double>{0, 0, 100, 100});
  CHECK(gradients(sum(loss), {sure})[0].value().to_vector<double>() ==
        std::vector<double>{0, 0, -1e12, 1e12});
}

TEST_CASE("losses with options: derivatives of first and second order") {
  Random random{4};
  const auto draw = [&] { return randn({3, 4}, random, DType::float64); };
  const Tensor chances = 0.1 + 0.8 * rand({3, 4}, random, DType::float64);
  const nn::CrossEntropyOptions all = {
      .weight = class_weights, .ignore_index = 0, .label_smoothing = 0.2};
  const auto check = [](const Function& f, const std::vector<Tensor>& at) {
    CHECK_NOTHROW(check_gradients(f, at, {.order = 2}));
  };
  check([](auto x) { return nn::cross_entropy(x[0], labels); }, {draw()});
  check([&](auto x) { return nn::cross_entropy(x[0], labels, all); }, {draw()});
  check([&](auto x) { return nn::cross_entropy(x[0], x[1], all); }, {draw(), chances});
  check([](auto x) { return square(nn::nll_loss(x[0], labels)); }, {draw()});
  check([](auto x) { return nn::kl_div(x[0], x[1]); }, {draw(), chances});
  check([](auto x) { return nn::kl_div(x[0], x[1], {.log_target = true}); }, {draw(), draw()});
  check([](auto x) { return nn::binary_cross_entropy(x[0], x[1]); }, {chances, chances});
  check(
      [](auto x) {
        return nn::binary_cross_entropy_with_logits(x[0], x[1], {.pos_weight = class_weights});
      },
      {draw(), chances});
}

TEST_CASE("losses with options: what does not fit is refused, and the message says why") {
  const Variable x = zeros({3, 4}, DType::float64);
  CHECK(message_of([&] { return nn::cross_entropy(x, labels, {.label_smoothing = 2}); }) ==
        "cross_entropy: label_smoothing 2 is not in [0, 1]; try 0.1");
  CHECK(message_of([&] { return nn::cross_entropy(x, labels, {.weight = zeros({3})}); }) ==
        "cross_entropy: weight [3] must be one number for each of 4 classes; try reshape");
  CHECK(message_of([&] { return nn::cross_entropy(zeros({}), labels); }) ==
        "cross_entropy: [] has no axis of classes; try [n, classes]");
  CHECK(message_of([&] {
          return nn::cross_entropy(x, from_vector<double>({0, 1, 1}));
        }) ==
        "cross_entropy: labels must be int32, not float64 [3]; try cast, or probabilities in the "
        "shape of the logits");
  CHECK(message_of([&] { return nn::cross_entropy(x, from_vector<std::int32_t>({0})); }) ==
        "cross_entropy: labels [1] must be [3], as the input without its axis of classes; try "
        "reshape");
  CHECK(message_of([&] {
          return nn::cross_entropy(x, from_vector({0, 4, 1}));
        }) == "cross_entropy: label 4 of 4 classes; labels must count from 0");
  CHECK(message_of([&] {
          return nn::nll_loss(x, from_vector({0, -1, 1}));
        }) == "nll_loss: label -1 of 4 classes; labels must count from 0");
  CHECK_THROWS_AS(nn::cross_entropy(x, zeros({3, 5}, DType::float64)), ShapeError);
  CHECK(message_of([&] { return nn::nll_loss(x, labels, {.label_smoothing = 0.1}); }) ==
        "nll_loss: label_smoothing 0.1 is cross_entropy's; try that, with logits");
  CHECK(message_of([&] { return nn::binary_cross_entropy(x - 1, x); }) ==
        "binary_cross_entropy: probabilities must lie in [0, 1], and these reach from -1 to -1; "
        "try binary_cross_entropy_with_logits, or sigmoid first");
  CHECK(
      message_of([&] { return nn::binary_cross_entropy(x, x, {.pos_weight = ones({})}); }) ==
      "binary_cross_entropy: pos_weight [] is for logits; try binary_cross_entropy_with_logits, or "
      "weight");
  CHECK_THROWS_AS(
      nn::binary_cross_entropy_with_logits(x, x, {.weight = ones({2, 3, 4}, DType::float64)}),
      ShapeError);
}
