// Factor analysis of rows of which some numbers are not known.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb {
struct Random;
}

namespace ebb::models {

// x = mean + loadings z + noise with z ~ N(0, 1), float64. Loadings [d, k]; mean and the variances
// of the noise [d]. (Rubin and Thayer, "EM algorithms for ML factor analysis", 1982.)
struct Factors {
  Tensor loadings, mean, noise;
};

// Fitted by expectation and maximization to rows [n, d], all finite, where known [n, d], of zeros
// and ones, is 1. Loadings have the prior N(0, 1) in deviations of their column, which keeps those
// of few rows small; noise is at least 1e-3 of a column's variance. Columns in which nothing varies
// have no loadings.
Factors fit_factors(const Tensor& rows, const Tensor& known, std::int64_t factors, Random& random);

// p(z|known numbers) = N(mean, root rootᵀ) of each row, float64: mean [n, k], and root [n, k, k],
// which is upper triangular. The same for any number of threads.
struct FactorPosterior {
  Tensor mean, root;
};
FactorPosterior posterior(const Factors& factors, const Tensor& rows, const Tensor& known);

}  // namespace ebb::models
