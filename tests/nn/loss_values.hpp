// The numbers that PyTorch was given, too, and how its answers are compared with ours.
#pragma once

#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <tensor/elementwise.hpp>
#include <vector>

inline ebb::Variable loss_inputs() {
  return leaf(
      ebb::from_vector<double>({0.5, -1.25, 2, 0.75, 1.5, 0.25, -0.5, -2, 0, 3, -1, 1}, {3, 4}));
}

// The sum of a loss, and for each input the sum of 1, 2, 3, … times its gradient.
inline void gives(const ebb::Variable& loss, double value, const std::vector<ebb::Variable>& inputs,
                  const std::vector<double>& slopes) {
  const ebb::Variable total = sum(loss);
  CHECK(total.item() == doctest::Approx(value).epsilon(1e-12));
  const auto found = gradients(total, std::span<const ebb::Variable>(inputs));
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const std::vector<double> dx = found[i].value().to_vector<double>();
    double weighed = 0;
    for (std::size_t j = 0; j < dx.size(); ++j) weighed += static_cast<double>(j + 1) * dx[j];
    CHECK(weighed == doctest::Approx(slopes[i]).epsilon(1e-12));
  }
}
