// What a model says of a text, token by token.
#pragma once

#include <nlohmann/json.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

// Of each text {"tokens": {"pieces": ["t", "h", …], "nats": [2.1, …], "left_out": 0}}: -log p of
// each given those before it and, where the model has one, the mean of its code. The end is the
// piece "". Bytes that are one letter together are one piece. Of long texts only the beginning is
// there; how many tokens were left out is said. Null where the model is of other data.
nlohmann::ordered_json token_nats(const Recipe& recipe, const nn::Batch& texts,
                                  const nn::Vocabulary& vocabulary);

}  // namespace ebb::tools
