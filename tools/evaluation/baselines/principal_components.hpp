// Principal components, and the Gaussian that they stand for: what a linear model with a code of k
// numbers reaches at best.
#pragma once

#include <tools/evaluation/measures/moments.hpp>

namespace ebb::tools {

struct PrincipalComponents {
  Tensor mean;        // [d], float64
  Tensor components;  // [d, d], float64: a row each, that of the largest variance first
  Tensor variances;   // [d], float64
};

PrincipalComponents principal_components(const Moments& train);

// The first k components, [k, d].
Tensor first_components(const PrincipalComponents& pca, std::int64_t k);
// The codes of rows [n, …]: float32 [n, k].
Tensor codes_of(const PrincipalComponents& pca, std::int64_t k, const Tensor& rows);
// How far rows of these moments are from what k components make of them: squared error, the mean
// over rows and their elements.
double squared_error(const PrincipalComponents& pca, std::int64_t k, const Moments& data);

// Probabilistic principal components: x = mean + W z + noise of variance s², z in k dimensions. Its
// most likely parameters are known: W spans the first k components, and s² is the mean of the other
// variances. (Tipping and Bishop, "Probabilistic Principal Component Analysis", 1999.)
// Throws Error unless 0 <= k < d.
double noise_variance(const PrincipalComponents& pca, std::int64_t k);
// The mean of log p(x) over rows of these moments, in nats per row: a density. Infinite where no
// variance is left for the noise.
double log_density(const PrincipalComponents& pca, std::int64_t k, const Moments& data);
// What p(x) looks like along the first `shown` components, around the mean of the data; without
// the noise, W z alone.
Moments model_moments(const PrincipalComponents& pca, std::int64_t k, std::int64_t shown,
                      bool with_noise = true);

}  // namespace ebb::tools
