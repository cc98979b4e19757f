#include <doctest/doctest.h>

#include <autograd/check.hpp>
#include <autograd/elementwise.hpp>
#include <nn/regression_losses.hpp>
#include <tests/nn/loss_values.hpp>
#include <tests/operations.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::LossReduction;

namespace {

Variable targets() {
  return leaf(from_vector<double>({1, -1, 0.5, 0, 1, 0.5, -2, -2, 2.5, 0, -1, 4}, {3, 4}));
}

}  // namespace

// The numbers are PyTorch's.
TEST_CASE("l1_loss, smooth_l1_loss, huber_loss: PyTorch's values and gradients") {
  const Variable x = loss_inputs(), t = targets();
  gives(nn::l1_loss(x, t), 1.14583333333333333, {x, t}, {-1.0 / 12, 1.0 / 12});
  gives(nn::smooth_l1_loss(x, t, {.beta = 0.75}), 0.868055555555555556, {x, t}, {0.25, -0.25});
  gives(nn::smooth_l1_loss(x, t, {.beta = 0}), 1.14583333333333333, {x}, {-1.0 / 12});
  gives(nn::huber_loss(x, t, {.delta = 0.75}), 0.651041666666666667, {x, t}, {0.1875, -0.1875});
  gives(nn::mse_loss(x, t), 2.49479166666666667, {x, t}, {-1.75, 1.75});
  CHECK(nn::l1_loss(x, t, LossReduction::sum).item() == 13.75);
  CHECK(nn::l1_loss(x, t, LossReduction::none).shape() == Shape{3, 4});
  CHECK(nn::l1_loss(x, t, LossReduction::batch_mean).item() == 13.75 / 3);
}

TEST_CASE("poisson_nll_loss: PyTorch's values and gradients") {
  const Variable x = loss_inputs(), t = leaf(abs(targets().value()));
  gives(nn::poisson_nll_loss(x, t, {.full = true}), 3.98952063851477, {x}, {15.9016099158027});
  const Variable rate = leaf(abs(x.value()) + 0.1);
  gives(nn::poisson_nll_loss(rate, t, {.log_input = false, .epsilon = 1e-3}), 1.63532926084155,
        {rate, t}, {-20.3998446660986, 0.581876874319992});
}

TEST_CASE("gaussian_nll_loss: PyTorch's values and gradients, for each shape of the variance") {
  const Variable x = loss_inputs(), t = targets(), v = leaf(square(t.value()) + 0.25);
  gives(nn::gaussian_nll_loss(x, t, v, {.full = true}), 2.98798938960208, {x, t, v},
        {11.3328054298643, -11.3328054298643, -58.8874932775059});
  const Variable column = leaf(from_vector<double>({0.5, 1e-9, 2}, {3, 1}));
  gives(nn::gaussian_nll_loss(x, t, column, {.epsilon = 0.25}), 0.961659273146685, {x, t, column},
        {3.72916666666667, -3.72916666666667, -2.77864583333333});
  const Variable short_one = leaf(from_vector<double>({0.5, 1e-9, 2}));
  gives(nn::gaussian_nll_loss(x, t, short_one, {.epsilon = 0.25, .reduction = LossReduction::sum}),
        11.5399112777602, {x, t, short_one}, {44.75, -44.75, -33.34375});
}

TEST_CASE("cosine_similarity: PyTorch's values and gradients, and no NaN at length 0") {
  const Variable x = loss_inputs(), t = targets();
  gives(nn::cosine_similarity(x, t), 1.88907691155426, {x, t},
        {0.710994077677179, 3.4999453702919});
  gives(nn::cosine_similarity(x, t, 0, 3), 1.29245059751085, {x, t},
        {2.78084909885961, 2.24411702361122});
  const Variable none = leaf(zeros({1, 3}, DType::float64)), one = ones({1, 3}, DType::float64);
  gives(nn::cosine_similarity(none, one), 0, {none}, {6 / std::sqrt(3.0) / 1e-8});
  CHECK(nn::cosine_similarity(ones({2, 3}), ones({2, 1, 3}), -1).shape() == Shape{2, 2});
}

TEST_CASE("losses of numbers: derivatives of first and second order") {
  const std::vector<Tensor> pair = {draw({-2, 2}, {2, 3}), draw({-2, 2}, {2, 3}, 1)};
  const auto check = [&](const Function& f, const std::vector<Tensor>& at) {
    CHECK_NOTHROW(check_gradients(f, at, {.order = 2}));
  };
  check([](auto x) { return square(nn::l1_loss(x[0], x[1])); }, pair);
  check([](auto x) { return nn::smooth_l1_loss(x[0], x[1], {.beta = 0.5}); }, pair);
  check([](auto x) { return nn::huber_loss(x[0], x[1], {.delta = 0.5}); }, pair);
  check([](auto x) { return nn::cosine_similarity(x[0], x[1]); }, pair);
  check([](auto x) { return nn::poisson_nll_loss(x[0], x[1], {.full = true}); },
        {pair[0], draw({1.5, 4}, {2, 3}, 1)});
  check([](auto x) { return nn::gaussian_nll_loss(x[0], x[1], x[2]); },
        {pair[0], pair[1], draw({0.5, 2}, {2, 3}, 2)});
}

TEST_CASE("smooth_l1_loss, huber_loss: curved as a parabola is where nothing is wrong, too") {
  const Variable x = leaf(ones({1}, DType::float64));
  const auto curvature = [&](const Variable& loss) {
    return gradients(gradients(loss, x, {.create_graph = true}), x).item();
  };
  CHECK(curvature(nn::smooth_l1_loss(x, x.value(), {.beta = 0.5})) == 2);
  CHECK(curvature(nn::huber_loss(x, x.value(), {.delta = 0.5})) == 1);
}

TEST_CASE("losses of numbers: what does not fit is refused, and the message says why") {
  const Variable x = zeros({2, 3}), y = zeros({3});
  CHECK_THROWS_AS(nn::l1_loss(x, y), ShapeError);
  CHECK_THROWS_AS(nn::smooth_l1_loss(x, y), ShapeError);
  CHECK_THROWS_AS(nn::huber_loss(x, y), ShapeError);
  CHECK_THROWS_AS(nn::poisson_nll_loss(x, y), ShapeError);
  CHECK(message_of([&] { return nn::smooth_l1_loss(x, x, {.beta = -1}); }) ==
        "smooth_l1_loss: beta -1 is negative; try 1");
  CHECK(message_of([&] { return nn::huber_loss(x, x, {.delta = 0}); }) ==
        "huber_loss: delta 0 is not positive; try 1");
  CHECK(message_of<ShapeError>([&] { return nn::gaussian_nll_loss(x, x, y); }) ==
        "gaussian_nll_loss: variance [3] does not fit x [2, 3]; it may have length 1 along the "
        "last axis, or lack it");
  CHECK(message_of([&] { return nn::gaussian_nll_loss(x, x, x, {.epsilon = 0}); }) ==
        "gaussian_nll_loss: epsilon 0 is not positive; try 1e-6");
  CHECK(message_of([&] {
          return nn::gaussian_nll_loss(x, x, full({2, 3}, -1));
        }) == "gaussian_nll_loss: variance -1 is negative; try exp or softplus of it");
}
