// What a decoder's numbers say of pixels in [0, 1].
#pragma once

#include <autograd/tape.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

// One of 256 gray values (nn/likelihoods.hpp); or zero and one, where gray ones are taken as
// probabilities (nn/distributions.hpp).
enum class PixelLikelihood { beta_binomial, bernoulli };

// The decoder's numbers p are [n, numbers_of · channels, height, width], the pixels x [n, channels,
// height, width].
[[nodiscard]] std::int64_t numbers_of(PixelLikelihood likelihood);
Variable log_probability(PixelLikelihood likelihood, const Variable& p, const Variable& x);  // each
Variable mean(PixelLikelihood likelihood, const Variable& p);
Tensor sample(PixelLikelihood likelihood, const Variable& p, Random& noise);

}  // namespace ebb::models
