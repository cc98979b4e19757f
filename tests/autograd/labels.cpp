// Covers: tensor/labels.cpp
#include <doctest/doctest.h>

#include <autograd/labels.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <tests/array_operations.hpp>
#include <tests/operations.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

namespace {

const Tensor places_of_five = from_vector<std::int32_t>({2, 0, 2, 1, 2});

Array by_hand(const Array& x, const std::vector<std::int32_t>& labels) {
  Shape shape = x.shape;
  const std::int64_t n = shape.back();
  shape.erase(shape.rank() - 1);
  Array y(shape);
  for (std::size_t row = 0; row < y.elements.size(); ++row) {
    const double* const from = x.elements.data() + row * static_cast<std::size_t>(n);
    double sum = 0;
    for (std::int64_t j = 0; j < n; ++j) sum += std::exp(from[j]);
    y.elements[row] = from[labels[row]] - std::log(sum);
  }
  return y;
}

// Labels that go through all classes.
Tensor labels_for(const Shape& shape, std::int64_t classes) {
  std::vector<std::int32_t> labels;
  for (std::int64_t i = 0; i < shape.count(); ++i)
    labels.push_back(static_cast<std::int32_t>(7 * i % classes));
  return from_vector(labels, shape);
}

Variable plainly(const Variable& x, const Tensor& labels) {
  return squeeze(gather(log_softmax(x, -1), -1, unsqueeze(labels, -1)), -1);
}
Variable at_labels(const Variable& x) {
  Shape shape = x.shape();
  shape.erase(shape.rank() - 1);
  return log_softmax_at(x, labels_for(shape, x.size(-1)));
}

}  // namespace

std::vector<ArrayOperation> label_rows() {
  std::vector<ArrayOperation> rows;
  rows.push_back(
      {.name = "log_softmax_at",
       .function = [](X x) { return log_softmax_at(x[0], places_of_five); },
       .inputs = {{{5, 3}}},
       .twin =
           [](const Arrays& x) {
             return by_hand(x[0], {2, 0, 2, 1, 2});
           },
       .roundings = 4,
       .wrong_rules = {{"nothing for the other classes",
                        [](X x, V, V dy) {
                          return scatter_add(unsqueeze(dy, -1), -1, unsqueeze(places_of_five, -1),
                                             3) +
                                 0 * x[0];
                        }},
                       {"the probabilities kept as numbers",
                        [](X x, V, V dy) {
                          return scatter_add(unsqueeze(dy, -1), -1, unsqueeze(places_of_five, -1),
                                             3) -
                                 unsqueeze(dy, -1) * constant(softmax(x[0], -1));
                        },
                        0, 2}},
       .wrong_values = {{"one label wrong", [](X x) {
                           return log_softmax_at(x[0], from_vector<std::int32_t>({2, 0, 2, 1, 1}));
                         }}}});
  rows.push_back({.name = "log_softmax_at many classes of many rows",
                  .function = [](X x) { return at_labels(x[0]); },
                  .inputs = {{{2, 3, 37}}},
                  .twin =
                      [](const Arrays& x) {
                        std::vector<std::int32_t> labels;
                        for (std::int32_t i = 0; i < 6; ++i) labels.push_back(7 * i % 37);
                        return by_hand(x[0], labels);
                      },
                  .roundings = 8,
                  .large = {{200, 300}}});
  return rows;
}

TEST_CASE("log_softmax_at: value and gradient have the bits of the plain definition") {
  for (const DType dtype : floating)
    for (const std::int64_t classes : {1, 2, 3, 8, 15, 16, 17, 31, 100, 300, 2048}) {
      CAPTURE(text(classes, " in ", dtype));
      const Variable x = leaf(draw({-5, 5}, {9, classes}, 0, dtype));
      const Tensor labels = labels_for({9}, classes);
      const Variable seed = draw({-1, 1}, {9}, 1, dtype);
      const Variable fused = log_softmax_at(x, labels), plain = plainly(x, labels);
      CHECK(same_bits(fused.value(), plain.value()));
      CHECK(same_bits(gradients(fused, {x}, {.seed = seed})[0].value(),
                      gradients(plain, {x}, {.seed = seed})[0].value()));
    }
}

TEST_CASE("log_softmax_at: thousands of classes, no rows, infinite logits") {
  const Variable many = leaf(draw({-5, 5}, {4, 5000}));
  const Tensor labels = labels_for({4}, 5000);
  CHECK(near(log_softmax_at(many, labels).value(), doubles(plainly(many, labels).value()), 16));
  const Variable none = leaf(zeros({0, 3}));
  const Variable y = log_softmax_at(none, zeros({0}, DType::int32));
  CHECK(y.shape() == Shape{0});
  CHECK(gradients(sum(y), {none})[0].shape() == Shape{0, 3});
  const Variable cut = from_vector<float>({-INFINITY, 0, 0}, {1, 3});
  CHECK(log_softmax_at(cut, from_vector<std::int32_t>({0})).item() == -INFINITY);
  CHECK(log_softmax_at(cut, from_vector<std::int32_t>({1})).item() ==
        doctest::Approx(-std::log(2)));
}

TEST_CASE("log_softmax_at: labels are int32 and classes") {
  CHECK_THROWS_AS(log_softmax_at(zeros({2, 3}), zeros({2})), DTypeError);
  CHECK_THROWS_AS(log_softmax_at(zeros({2, 3}), from_vector<std::int32_t>({0, 3})), Error);
  CHECK_THROWS_AS(log_softmax_at(zeros({2, 3}, DType::int32), zeros({2}, DType::int32)),
                  DTypeError);
}
