// The line of Python in a .npy file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ebb::nn {

// What the dictionary says: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
struct [[nodiscard]] NpyDictionary {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
};

// Reads the dictionary, with blanks where Python allows them, and padding behind it. No value for
// anything else: a key that is missing, unknown or there twice, a number beyond 64 bits.
std::optional<NpyDictionary> parse_npy_dictionary(std::string_view line);

}  // namespace ebb::nn
