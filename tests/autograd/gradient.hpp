// A gradient as plain numbers, and numbers that are nearly the same.
#pragma once

#include <autograd/gradients.hpp>
#include <cmath>
#include <vector>

inline std::vector<double> gradient(const ebb::Variable& y, const ebb::Variable& x) {
  return ebb::gradients(y, {x})[0].value().to_vector<double>();
}

inline bool close(const std::vector<double>& a, const std::vector<double>& b) {
  bool all = a.size() == b.size();
  for (std::size_t i = 0; all && i < a.size(); ++i) all = std::abs(a[i] - b[i]) <= 1e-12;
  return all;
}
