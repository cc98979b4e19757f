// Does a JPEG's data hold the pixels that its header declares? The codes of a scan are followed to
// its end, without making pixels of them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ebb::nn {

// A table of Huffman's codes, of up to 16 bits (ITU-T T.81, annex C).
class HuffmanTable final {
 public:
  // Takes the part of a DHT segment behind the table's number: how many codes there are of each
  // length, then their symbols. Returns how many bytes that was; 0 where they make no code.
  std::uint64_t read(std::string_view bytes);

  struct Code {
    int bits = 0, symbol = 0;  // no bits: no code begins so
  };
  Code find(std::uint32_t next_16_bits) const;

 private:
  static constexpr int short_bits = 9;
  std::array<Code, 1 << short_bits> short_{};  // by the next bits, for codes that are that short
  std::array<std::uint32_t, 17> end_{};        // behind the last code of a length, in 16 bits
  std::array<int, 17> first_{};                // what a length's codes must add to be a place
  std::array<std::uint8_t, 256> symbols_{};
};

struct JpegComponent {
  std::uint64_t id = 0, across = 1, down = 1;  // how finely it is sampled
  std::uint64_t quantization = 0;              // number of its table
};
struct JpegFrame {
  std::uint64_t height = 0, width = 0;
  bool progressive = false;
  std::vector<JpegComponent> components;
};

struct JpegScan {
  struct Part {
    JpegComponent component;
    const HuffmanTable *dc, *ac;
  };
  std::vector<Part> parts;
  int first = 0, last = 63;    // the coefficients in it
  bool refines = false;        // it adds a bit to numbers of earlier scans
  std::uint64_t restarts = 0;  // units between two restarts; 0: there are none
};

enum class JpegData { fits, ends_early, goes_on, damaged };

// Follows the codes of a scan. `data` is what stands between its header and the next marker that is
// no restart. Where a scan refines coefficients, its codes depend on others and are not followed.
JpegData follow(const JpegFrame& frame, const JpegScan& scan, std::string_view data);

}  // namespace ebb::nn
