// Weights that were trained in two ways.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <nn/module.hpp>
#include <nn/parts.hpp>
#include <vector>

inline void check_alike(const ebb::nn::Module& model, const std::vector<ebb::Tensor>& numbers,
                        double tolerance) {
  const auto parameters = ebb::nn::Parts(model).parameters;
  REQUIRE(parameters.size() == numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    CAPTURE(parameters[i].first);
    const ebb::Tensor& value = parameters[i].second->value();
    REQUIRE(value.shape() == numbers[i].shape());
    const auto a = value.to_vector<float>(), b = numbers[i].to_vector<float>();
    double worst = 0;
    for (std::size_t j = 0; j < a.size(); ++j)
      worst = std::max<double>(worst, std::abs(a[j] - b[j]));
    CHECK(worst <= tolerance);
  }
}
