// One Gaussian of all numbers of a row, fitted to rows of which some are missing.
#pragma once

#include <cstdint>
#include <tensor/tensor.hpp>

namespace ebb::tools {

struct FittedGaussian {
  Tensor mean, covariance;  // [d], [d, d], float64
  int iterations = 0;
};

// Expectation and maximization over rows [n, d], float64, in which NaN is missing: as many times as
// said. A ridge of 1e-6 stays on the diagonal. (Dempster, Laird and Rubin, 1977.)
FittedGaussian fit_gaussian(const Tensor& rows, int iterations);

// The rows with the mean of what is missing given what is known in its place.
Tensor fill_by_gaussian(const FittedGaussian& model, const Tensor& rows);

// The mean over rows of the log density of what is known in them.
double log_density(const FittedGaussian& model, const Tensor& rows);

}  // namespace ebb::tools
