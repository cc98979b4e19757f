// Where results go, and in which form. All is written whole or not at all.
#pragma once

#include <nn/data/dataset.hpp>
#include <string>
#include <tools/inference/command.hpp>

namespace ebb::tools {

// Throws UsageError where the options name no place for what their task writes: before anything is
// computed.
void check_output(const InferenceOptions& options);

// Throws UsageError where what the model makes does not go into a file of that name: texts are
// written to a .txt file, rows of a table to a .csv file, images to others. Also before anything is
// computed.
void check_form(const InferenceOptions& options, const nn::Examples& examples);

// Codes [n, width] as float32 in a .npy file, or with the header "z0,z1,…" in a .csv file, whose
// numbers read back are the same. Labels, where there are some, lie beside a .npy file, in
// codes.labels.npy. Returns a line that says what was written. Throws IoError, and UsageError where
// a file of labels lies there that are not of these codes.
std::string write_codes(const std::string& out, const Tensor& codes, const Tensor& labels);

}  // namespace ebb::tools
