// What a model with a likelihood says of examples, and what baselines say of them.
#pragma once

#include <tools/evaluation/subject.hpp>

namespace ebb::tools {

// elbo, bound, their standard errors, effective_sample_size, bits_per_dimension, rate and
// distortion, as far as the model has them. A bound of `samples` draws each; where the claim is a
// cross entropy, none. The same for any number of threads. Throws DataError where they are not
// finite.
void measure_likelihood(const Subject& subject, std::int64_t samples, Progress& progress,
                        nlohmann::ordered_json& figures);

// (Σ w)² / Σ w² of each example, from log w, [draws, n] to [n]: between 1, where one draw decides,
// and the number of draws, where all count alike.
Tensor effective_sample_sizes(const Tensor& log_weights);

}  // namespace ebb::tools
