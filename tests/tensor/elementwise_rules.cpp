// What the elementwise functions ask of their operands: shapes, dtypes, plain numbers, memory
// order.
#include <doctest/doctest.h>

#include <limits>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/operations.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// What the row's function says to operands that do not fit, as tensors and as Variables.
template <class Kind>
std::string refusal(const Operation& row, const std::vector<Tensor>& x) {
  const std::string on_tensors = message_of<Kind>([&] { return row.on_tensors(x.data()); });
  std::vector<Variable> variables(x.begin(), x.end());
  if (is_floating(x.back().dtype())) variables.back() = leaf(x.back());
  CHECK(message_of<Kind>([&] { return row.on_variables(variables.data()); }) == on_tensors);
  return on_tensors;
}

bool takes_integers(const Operation& row) {
  for (const char* name : {"where", "add", "subtract", "multiply", "negate"})
    if (row.name == name) return true;
  return row.ranges[0].whole;
}

}  // namespace

TEST_CASE("elementwise: shapes that do not broadcast are refused, whichever operands they are") {
  for (const Operation& row : operations())
    for (std::size_t odd = 1; odd < row.operands; ++odd) {
      CAPTURE(row.name);
      std::vector<Tensor> x(row.operands, zeros({2, 3}));
      x[odd] = zeros({4});
      CHECK(refusal<ShapeError>(row, x) ==
            row.name +
                ": shapes [2, 3] and [4] do not broadcast: aligned at the last axis, "
                "lengths must be equal or 1; try reshape or unsqueeze");
    }
}

TEST_CASE("elementwise: dtypes are not mixed") {
  for (const Operation& row : operations())
    for (std::size_t odd = 1; odd < row.operands; ++odd) {
      CAPTURE(row.name);
      std::vector<Tensor> x(row.operands, zeros({2, 3}));
      x[odd] = zeros({3}, DType::float64);
      CHECK(refusal<DTypeError>(row, x) ==
            row.name + ": float32 [2, 3] meets float64 [3]; dtypes must agree, try cast");
    }
}

TEST_CASE("elementwise: int32 is compared, chosen, added and multiplied, nothing else") {
  for (const Operation& row : operations()) {
    CAPTURE(row.name);
    std::vector<Tensor> x, exact;
    for (std::size_t i = 0; i < row.operands; ++i) {
      exact.push_back(draw({-2, 2, true}, {3, 15}, i));
      x.push_back(cast(exact.back(), DType::int32));
    }
    if (takes_integers(row)) {
      const Tensor y = row.on_tensors(x.data());
      CHECK(y.dtype() == DType::int32);
      CHECK(cast(y, DType::float64).to_vector<double>() ==
            row.on_tensors(exact.data()).to_vector<double>());
    } else {
      CHECK(refusal<DTypeError>(row, x) ==
            row.name +
                ": int32 [3, 15] takes part in + - *, comparisons and where alone; try cast to "
                "float32");
    }
  }
}

TEST_CASE("elementwise: a plain number takes the dtype of what it meets") {
  const Tensor x = from_vector<float>({1, 2}), exact = from_vector<double>({1, 2});
  CHECK((x * 0.1).to_vector<float>() == std::vector<float>{0.1f, 2 * 0.1f});
  CHECK((0.1 * exact).to_vector<double>() == std::vector<double>{0.1, 0.2});
  CHECK((1 - x / 2).to_vector<float>() == std::vector<float>{0.5, 0});
  CHECK(where(x > 1, 7, x).to_vector<float>() == std::vector<float>{1, 7});
  CHECK(where(x > 1, 7, 5).dtype() == DType::float32);
  CHECK((cast(x, DType::int32) == 2).to_vector<std::int32_t>() == std::vector<std::int32_t>{0, 1});
  CHECK(pow(2, x).to_vector<float>() == std::vector<float>{2, 4});
  CHECK(maximum(1.5, x).to_vector<float>() == std::vector<float>{1.5, 2});
}

TEST_CASE("elementwise: the result lies in memory as its first full operand does") {
  const Tensor x = transpose(draw({-1, 1}, {3, 4})), row = draw({-1, 1}, {3}, 1);
  CHECK(exp(x).strides() == x.strides());
  CHECK((row * x).strides() == x.strides());
  CHECK((contiguous(x) + x).strides() == Shape{3, 1});
  CHECK(exp(slice(x, 0, 0, 4, 2)).strides() == Shape{1, 2});
  CHECK(exp(expand(row, {4, 3})).count() == 12);
}

TEST_CASE("elementwise: an operand is not written to, and the result is new") {
  for (const Operation& row : operations()) {
    CAPTURE(row.name);
    std::vector<Tensor> x, copies;
    for (std::size_t i = 0; i < row.operands; ++i) {
      x.push_back(draw(row.ranges[i], {5}, i));
      copies.push_back(clone(x.back()));
    }
    const Tensor y = row.on_tensors(x.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      CHECK(y.storage() != x[i].storage());
      CHECK(x[i].to_vector<double>() == copies[i].to_vector<double>());
    }
  }
}

TEST_CASE_TEMPLATE("elementwise: denormals count as zero", T, float, double) {
  const T small = std::numeric_limits<T>::min();
  const Tensor x = from_vector<T>({small, small / 4, -small / 4, small});
  const auto y = (x * 0.25).template to_vector<T>();
  CHECK(y == std::vector<T>(4, 0));
  CHECK((x * 4).template to_vector<T>() == std::vector<T>{4 * small, 0, 0, 4 * small});
  CHECK(small / 4 > 0);  // the caller's own arithmetic stays as it was
}
