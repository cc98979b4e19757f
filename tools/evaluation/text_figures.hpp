// Figures of texts.
#pragma once

#include <tools/evaluation/subject.hpp>

namespace ebb::tools {

// Where the examples are texts: from the bound, or else the elbo, nats per token and perplexity, of
// all tokens, each text's end counted; which part of the tokens is unknown; beside them n-grams of
// the training part. Throws Interrupted.
void measure_texts(const Subject& subject, nlohmann::ordered_json& figures);

}  // namespace ebb::tools
