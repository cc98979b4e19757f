// The parts of a model that others can compute.
#pragma once

#include <optional>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

// "encoder": images [, labels] to mean [, log_variance] [, logits]; of a classifier to logits.
// "decoder": codes [, labels] to images [, numbers].
// What the outputs are, Recipe::encoder_outputs says. Examples that are no images are called
// "examples". Nothing where the model has no such part. The recipe was built for these examples.
std::optional<Graph> graph_of_part(const std::string& part, const Recipe& recipe,
                                   const nn::Examples& examples);

// "decoder of a variational autoencoder …": what it was trained for, in the words of config.json.
std::string part_in_words(const std::string& part, const Recipe& recipe);
// What an input or output of that name is; empty for others.
std::string value_in_words(const std::string& name, const Recipe& recipe);

}  // namespace ebb::tools
