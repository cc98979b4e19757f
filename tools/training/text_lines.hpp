// Tokens as lines that people read.
#pragma once

#include <nn/data/text/vocabulary.hpp>
#include <string>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb::tools {

// A line for each row of tokens [n, steps], up to its end. What a model wrote may hold anything:
// bytes that are not UTF-8 and characters that steer a terminal or end a line are '?'.
std::vector<std::string> lines_of(const Tensor& tokens, const nn::Vocabulary& vocabulary);

// So many codes, [steps, width], on the line from the first of two codes [2, width] to the second.
Tensor codes_between(const Tensor& two, std::int64_t steps);

}  // namespace ebb::tools
