// Tensors with names in a file: the safetensors format, which PyTorch's loaders read and write.
//
// A file is the header's length (8 bytes, little-endian), the header (JSON: dtype, shape and place
// of every tensor), then the elements of all tensors, row-major and without gaps.
#pragma once

#include <string>
#include <tensor/tensor.hpp>
#include <utility>
#include <vector>

namespace ebb::nn {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

struct SafetensorsOptions {
  bool wide_integers = false;  // int32 is written as I64, as PyTorch has its counts
};

// Writes the tensors in the order given, whole or not at all; equal tensors give equal bytes. Any
// strides will do. Throws Error for a name that comes twice, is "__metadata__" or is not UTF-8 and
// for a tensor without a value, and IoError.
void write_safetensors(const std::string& path, const NamedTensors& tensors,
                       const SafetensorsOptions& options = {});

// All tensors of a file, in the order of their elements in it. F32, F64 and I32 come as they are;
// U8, I8, U16, I16, U32, I64, U64 and BOOL (as 0 and 1) as int32, F16 and BF16 as float32. Nothing
// in the file is trusted: every rule of the format is checked before memory is taken, which never
// is more than a small multiple of the file's real size. Throws FormatError, which names the file,
// the tensor and the rule, and IoError; FormatError, too, where an integer does not fit int32, and
// for a tensor of another dtype (F8_E4M3, C64, …) or of more than 6 axes.
[[nodiscard]] NamedTensors read_safetensors(const std::string& path);

// Those of these names alone, in this order; whatever else the file holds does not matter.
// FormatError where it lacks one.
//     const nn::NamedTensors read = nn::read_safetensors(path, {"encoder.weight"});
[[nodiscard]] NamedTensors read_safetensors(const std::string& path,
                                            const std::vector<std::string>& names);

}  // namespace ebb::nn
