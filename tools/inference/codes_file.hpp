// Codes that lie in a file.
#pragma once

#include <nn/data/dataset.hpp>
#include <string>

namespace ebb::tools {

// The codes [n, width] of a .npy file, or of a .csv file as tools/encode writes it: the header
// "z0,z1,…" and a line for each code. With the labels of the file `labels`; empty: those beside a
// .npy file, if there are some. Throws IoError, FormatError, which names the line, and UsageError
// for codes of another width and labels that do not fit.
nn::Batch read_codes(const std::string& path, const std::string& labels, std::int64_t width);

}  // namespace ebb::tools
