// Where results go, and in which form. All is written whole or not at all.
#pragma once

#include <nn/data/dataset.hpp>
#include <string>
#include <tools/inference/command.hpp>

namespace ebb::tools {

// Throws UsageError where the options name no place for what their task writes: before anything is
// computed.
void check_output(const InferenceOptions& options);

// Throws UsageError where the model makes rows of a table and the options ask for images, or the
// other way around. Also before anything is computed.
void check_form(const InferenceOptions& options, bool rows);

// Rows [n, columns], float64, as a .csv file with a header. Returns and throws as below.
std::string write_rows(const std::string& out, const std::vector<nn::Column>& columns,
                       const Tensor& rows);

// Codes [n, width] as float32 in a .npy file, or with the header "z0,z1,…" in a .csv file, whose
// numbers read back are the same. Labels, where there are some, lie beside a .npy file, in
// codes.labels.npy. Returns a line that says what was written. Throws IoError, and UsageError where
// a file of labels lies there that are not of these codes.
std::string write_codes(const std::string& out, const Tensor& codes, const Tensor& labels);

// Images [n, channels, height, width] as one .png picture, in rows of `columns` (0: up to 16), as
// float32 in a .npy file, with labels as above, or in a new folder: 00000.png, or with its label
// 00000-7.png. Returns and throws as above.
std::string write_images(const std::string& out, const nn::Batch& images, std::int64_t columns);

}  // namespace ebb::tools
