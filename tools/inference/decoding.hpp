// How a model writes texts: what is drawn, and what is looked for.
#pragma once

#include <tools/inference/trained.hpp>

namespace ebb::tools {

// Throws UsageError for options of texts where the model makes none, and where it has no codes for
// as many texts as are wanted.
void check_decoding(const InferenceOptions& options, const Trained& trained);

// How many are sampled. A search that no codes begin has no more texts than its beam is wide.
std::int64_t count_of(const InferenceOptions& options, const Trained& trained);
SampleOptions sample_options(const InferenceOptions& options);

// What the model makes of codes, by a text's options where it makes texts.
nn::Batch decoded(const InferenceOptions& options, const Trained& trained, const Variable& codes,
                  const Tensor& targets, nn::Pass& pass);

// The codes from one of the two texts that the options name to the other. Throws UsageError for
// texts that are longer than the model reads.
Tensor codes_between(const InferenceOptions& options, const Trained& trained);

}  // namespace ebb::tools
