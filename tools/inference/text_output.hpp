// Texts that a model makes, as a file.
#pragma once

#include <memory>
#include <nn/data/text/vocabulary.hpp>
#include <tools/inference/example_output.hpp>

namespace ebb::tools {

// A line for each row of tokens, as lines_of makes it, in a file.
std::unique_ptr<ExampleOutput> open_texts(const std::string& out, const nn::Vocabulary& vocabulary);

}  // namespace ebb::tools
