// A number for contents: who has the same bytes gets the same, who has others gets another.
// (NIST, FIPS 180-4.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ebb::nn {

//     Sha256 sum;
//     sum.add("abc");
//     sum.hex();  // "ba7816bf…", 64 digits, as sha256sum prints them
class Sha256 final {
 public:
  void add(std::string_view bytes);
  [[nodiscard]] std::string hex() const;  // of all that was added so far

 private:
  void take_block(const unsigned char* bytes);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> rest_ = {};  // what fills no block yet
  std::uint64_t count_ = 0;                  // bytes so far
};

[[nodiscard]] std::string sha256_of(std::string_view bytes);
[[nodiscard]] std::string sha256_of_file(const std::string& path);  // throws IoError

}  // namespace ebb::nn
