#include <cmath>
#include <models/triangular.hpp>
#include <tensor/makers.hpp>

namespace ebb::models {

Tensor cholesky(const Tensor& matrix) {
  const auto d = static_cast<std::size_t>(matrix.size(0));
  const std::vector<double> a = matrix.to_vector<double>();
  std::vector<double> l(d * d);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = a[i * d + j];
      for (std::size_t k = 0; k < j; ++k) rest -= l[i * d + k] * l[j * d + k];
      l[i * d + j] = i == j ? std::sqrt(rest) : rest / l[j * d + j];
    }
  return from_vector(l, matrix.shape());
}

Tensor lower_inverse(const Tensor& lower) {
  const auto d = static_cast<std::size_t>(lower.size(0));
  const std::vector<double> l = lower.to_vector<double>();
  std::vector<double> b(d * d);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = i == j;
      for (std::size_t k = j; k < i; ++k) rest -= l[i * d + k] * b[k * d + j];
      b[i * d + j] = rest / l[i * d + i];
    }
  return from_vector(b, lower.shape());
}

}  // namespace ebb::models
