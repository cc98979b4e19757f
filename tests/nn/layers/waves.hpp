// Numbers that PyTorch can be given, too: torch.sin(k + s * torch.arange(n, dtype=torch.float64)).
#pragma once

#include <doctest/doctest.h>

#include <nn/parameters.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/views.hpp>
#include <tests/tensor/by_hand.hpp>

inline ebb::Tensor wave(const ebb::Shape& shape, double k, double s = 0.37) {
  const auto n = static_cast<double>(shape.count());
  return reshape(sin(k + s * ebb::arange(n, ebb::DType::float64)), shape);
}

// Gives parameter i, as they are visited, wave(shape, i / 2, 0.61).
inline void fill_with_waves(ebb::nn::Module& model) {
  initialize(model, {.dtype = ebb::DType::float64});
  double i = 0;
  for (const auto& [name, parameter] : ebb::nn::parameters(model)) {
    parameter->set(wave(parameter->shape(), i / 2, 0.61));
    ++i;
  }
}

// Nine digits behind the point, as PyTorch printed them.
inline bool close_to(const ebb::Tensor& x, const std::vector<double>& expected) {
  const std::vector<double> found = doubles(x);
  bool all = found.size() == expected.size();
  for (std::size_t i = 0; all && i < found.size(); ++i)
    all = std::fabs(found[i] - expected[i]) <= 2e-9;
  return all;
}
