// The header of a safetensors file: JSON that says where which tensor lies. Its rules are here, the
// file's bytes are in safetensors.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <tensor/dtype.hpp>
#include <tensor/shape.hpp>
#include <vector>

namespace ebb::nn {

struct HeaderEntry {
  std::string name;
  DType dtype;
  Shape shape;
  std::uint64_t bytes;  // that its elements take
};

// The header for tensors that lie one after the other in this order, padded with spaces to a
// multiple of 8. Throws Error for a name that comes twice, is "__metadata__" or is not UTF-8.
std::string make_header(const std::vector<HeaderEntry>& entries);

// What a header that nobody vouches for says, in the order in which the elements lie. Checks every
// rule, also that the tensors fill the file's data_bytes without hole, overlap or rest. Throws
// FormatError, which names `path`, the tensor and the rule.
std::vector<HeaderEntry> parse_header(const std::string& path, const std::string& header,
                                      std::uint64_t data_bytes);

}  // namespace ebb::nn
