// Gaussians of all numbers of a row, fitted to rows of which some are missing.
#pragma once

#include <cstdint>
#include <tensor/tensor.hpp>

namespace ebb::tools {

struct EmOptions {
  std::int64_t components = 1;
  int iterations = 200;     // at most
  double tolerance = 1e-6;  // ends where the log density changes by less than this part of it
};

// One Gaussian, or a mixture of some.
struct FittedGaussians {
  Tensor shares, mean, covariance;  // [c], [c, d], [c, d, d], float64
  int iterations = 0;
  bool converged = false;
};

// Expectation and maximization over rows [n, d], float64, in which NaN is missing. A ridge stays on
// the diagonal, 1e-6, and 1e-3 of a mixture: else a component takes a few rows alone. One
// component begins at mean 0 and unit covariance; several begin with their means at rows spread
// over the table. The same for any number of threads. (Dempster, Laird and Rubin, 1977; Ghahramani
// and Jordan, "Supervised learning from incomplete data via an EM approach", 1994.)
FittedGaussians fit_gaussians(const Tensor& rows, const EmOptions& options = {});

// The rows with the mean of what is missing given what is known in its place.
Tensor fill_by_gaussians(const FittedGaussians& model, const Tensor& rows);

// The mean over rows of the log density of what is known in them.
double log_density(const FittedGaussians& model, const Tensor& rows);

}  // namespace ebb::tools
