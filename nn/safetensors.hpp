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

// Writes the tensors in the order given, whole or not at all; equal tensors give equal bytes. Any
// strides will do. Throws Error for a name that comes twice, is "__metadata__" or is not UTF-8, and
// IoError.
void write_safetensors(const std::string& path, const NamedTensors& tensors);

// The tensors of a file, in the order of their elements in it. Nothing in the file is trusted:
// every rule of the format is checked before memory is taken, which never is more than a small
// multiple of the file's real size. Throws FormatError, which names the file, the tensor and the
// rule, and IoError. float32, float64 and int32 can be read; another dtype is a FormatError, too.
NamedTensors read_safetensors(const std::string& path);

}  // namespace ebb::nn
