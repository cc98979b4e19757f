// The header of a safetensors file: JSON that says where which tensor lies. Its rules are here, the
// file's bytes are in safetensors_reader.cpp.
#pragma once

#include <cstdint>
#include <nn/files/printable.hpp>
#include <string>
#include <string_view>
#include <tensor/dtype.hpp>
#include <tensor/shape.hpp>
#include <vector>

namespace ebb::nn {

struct HeaderEntry {
  std::string name;
  DType dtype;
  Shape shape;
  std::uint64_t bytes;  // that its elements take
  bool wide = false;    // int32 as I64
};

// The header for tensors that lie one after the other in this order, padded with spaces to a
// multiple of 8. Throws Error for a name that comes twice, is "__metadata__" or is not UTF-8.
std::string make_header(const std::vector<HeaderEntry>& entries);

// A tensor in a file.
struct FileTensor {
  std::string name, type;  // as the file spells them: "0.weight", "BF16"
  DType dtype;             // that it is read into
  Shape shape;
  std::uint64_t begin, bytes;  // of its elements, counted from the header's end
  std::string obstacle;        // why it cannot be read; empty where it can
};

// Reads a header that may be damaged or hostile; the tensors come in the order of their elements.
// Checks every rule, also that the tensors fill the file's data_bytes without hole, overlap or
// rest. Throws FormatError, which names `path`, the tensor and the rule. A dtype or rank that Ebb
// lacks breaks no rule: it is an obstacle only for those who want that tensor.
std::vector<FileTensor> parse_header(const std::string& path, const std::string& header,
                                     std::uint64_t data_bytes);

// Throws what is wrong with a file, or with a tensor in it.
struct Refusal {
  const std::string& path;

  template <class... Parts>
  [[noreturn]] void file(const Parts&... parts) const {
    throw FormatError(text("safetensors: ", printable(path), ": ", parts...));
  }
  template <class... Parts>
  [[noreturn]] void tensor(std::string_view name, const Parts&... parts) const {
    file("tensor ", in_quotes(name), ": ", parts...);
  }
};

}  // namespace ebb::nn
