#include <algorithm>
#include <nn/files/jpeg_scan.hpp>

namespace ebb::nn {
namespace {

constexpr unsigned char mark = 0xff;

// The bits of a scan up to the next restart; behind them come zeros.
class Bits final {
 public:
  explicit Bits(std::string_view data)
      : at_(reinterpret_cast<const unsigned char*>(data.data())), end_(at_ + data.size()) {}

  std::uint32_t next_16() {
    if (count_ < 16) fill();
    return static_cast<std::uint32_t>(buffer_ >> 48);
  }

  std::uint32_t take(int bits) {
    const std::uint32_t next = next_16();
    if (bits > count_) ended_ = true;
    buffer_ <<= bits;
    count_ = std::max(count_ - bits, 0);
    return bits > 0 ? next >> (16 - bits) : 0;
  }

  // Are there too few bits left for another code? Where they make none, they only fill a byte.
  bool ends_here() {
    fill();
    return ended_ || count_ < 16;
  }
  bool ended_early() const { return ended_; }

  // Are no more restarts to come? One without data behind it does no harm.
  bool at_last() const { return end_ - at_ <= 2; }

  // Is there nothing more than the rest of a byte? Some cameras fill up with zeros.
  bool at_end() {
    fill();
    while (count_ >= 8 && at_padding()) {
      take(8);
      fill();
    }
    return count_ < 8;
  }

  // Goes behind the restart that must come now.
  bool restart(std::uint64_t number) {
    while (end_ - at_ >= 2 && at_[0] == mark && at_[1] == mark) ++at_;
    if (end_ - at_ < 2 || at_[0] != mark || at_[1] != 0xd0 + number % 8) return false;
    at_ += 2;
    buffer_ = 0;
    count_ = 0;
    return true;
  }

 private:
  void fill() {
    for (; count_ <= 48 && at_ < end_; count_ += 8) {
      const bool stuffed = *at_ == mark;
      if (stuffed && (end_ - at_ < 2 || at_[1] != 0)) return;
      buffer_ |= std::uint64_t{*at_} << (56 - count_);
      at_ += stuffed ? 2 : 1;
    }
  }
  bool at_padding() const { return (buffer_ >> (56 - count_ % 8) & 0xff) == 0; }

  const unsigned char *at_, *end_;
  std::uint64_t buffer_ = 0;
  int count_ = 0;
  bool ended_ = false;
};

// What the codes of one scan say, block by block.
class Follower final {
 public:
  Follower(const JpegFrame& frame, const JpegScan& scan, Bits& bits)
      : progressive_(frame.progressive), scan_(scan), bits_(bits) {}

  void restart() { empty_blocks_ = 0; }

  bool block(const JpegScan::Part& part) {
    if (scan_.first == 0) {
      if (scan_.refines) return bits_.take(1), true;
      const int length = symbol(*part.dc);
      if (length < 0 || length > 15) return false;
      bits_.take(length);
    }
    if (empty_blocks_ > 0) return --empty_blocks_, true;
    for (int k = std::max(scan_.first, 1); k <= scan_.last; ++k) {
      const int next = symbol(*part.ac);
      if (next < 0) return false;
      const int zeros = next >> 4, length = next & 15;
      if (length == 0 && zeros < 15) {  // this block ends, and maybe some more
        if (progressive_) empty_blocks_ = (1u << zeros) - 1 + bits_.take(zeros);
        return true;
      }
      k += zeros;
      if (k > scan_.last) return false;
      bits_.take(length);
    }
    return true;
  }

 private:
  int symbol(const HuffmanTable& table) {
    const HuffmanTable::Code code = table.find(bits_.next_16());
    bits_.take(code.bits);
    return code.bits > 0 ? code.symbol : -1;
  }

  bool progressive_;
  const JpegScan& scan_;
  Bits& bits_;
  std::uint32_t empty_blocks_ = 0;
};

struct Units {
  std::uint64_t count = 0;  // of the smallest parts that a scan repeats
  bool single = false;      // a part is one block
};

Units units_of(const JpegFrame& frame, const JpegScan& scan) {
  const auto up = [](std::uint64_t n, std::uint64_t d) { return (n + d - 1) / d; };
  std::uint64_t across = 1, down = 1;
  for (const JpegComponent& component : frame.components) {
    across = std::max(across, component.across);
    down = std::max(down, component.down);
  }
  if (scan.parts.size() > 1)
    return {up(frame.width, 8 * across) * up(frame.height, 8 * down), false};
  const JpegComponent& one = scan.parts[0].component;
  return {up(up(frame.width * one.across, across), 8) * up(up(frame.height * one.down, down), 8),
          true};
}

}  // namespace

std::uint64_t HuffmanTable::read(std::string_view bytes) {
  if (bytes.size() < 16) return 0;
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  *this = {};
  std::uint32_t code = 0;
  std::size_t count = 0;
  for (std::size_t length = 1; length <= 16; ++length) {
    code <<= 1;
    first_[length] = static_cast<int>(count) - static_cast<int>(code);
    count += at(length - 1);
    code += at(length - 1);
    if (code > 1u << length) return 0;
    end_[length] = code << (16 - length);
  }
  if (count > symbols_.size() || bytes.size() < 16 + count) return 0;
  for (std::size_t i = 0; i < count; ++i) symbols_[i] = at(16 + i);
  for (std::uint32_t next = 0; next < short_.size();) {  // all entries of a code at once
    const Code found = find(next << (16 - short_bits));
    if (found.bits == 0 || found.bits > short_bits) break;  // the longer ones stand behind
    const std::uint32_t behind = next + (1u << (short_bits - found.bits));
    while (next < behind) short_[next++] = found;
  }
  return 16 + count;
}

HuffmanTable::Code HuffmanTable::find(std::uint32_t next_16_bits) const {
  const Code& quick = short_[next_16_bits >> (16 - short_bits)];
  if (quick.bits > 0) return quick;
  for (int length = 1; length <= 16; ++length) {
    const auto i = static_cast<std::size_t>(length);
    if (next_16_bits >= end_[i]) continue;
    const auto place = static_cast<int>(next_16_bits >> (16 - length)) + first_[i];
    return {length, symbols_[static_cast<std::size_t>(place)]};
  }
  return {};
}

JpegData follow(const JpegFrame& frame, const JpegScan& scan, std::string_view data) {
  if (scan.refines && scan.first > 0) return JpegData::fits;
  Bits bits(data);
  Follower follower(frame, scan, bits);
  const Units units = units_of(frame, scan);
  for (std::uint64_t unit = 0; unit < units.count; ++unit) {
    if (scan.restarts > 0 && unit > 0 && unit % scan.restarts == 0) {
      if (!bits.at_end()) return JpegData::goes_on;
      if (!bits.restart(unit / scan.restarts - 1)) return JpegData::ends_early;
      follower.restart();
    }
    for (const JpegScan::Part& part : scan.parts) {
      const std::uint64_t blocks = units.single ? 1 : part.component.across * part.component.down;
      for (std::uint64_t block = 0; block < blocks; ++block) {
        const bool understood = follower.block(part);
        if (bits.ended_early()) return JpegData::ends_early;
        if (!understood) return bits.ends_here() ? JpegData::ends_early : JpegData::damaged;
      }
    }
  }
  return bits.at_end() && bits.at_last() ? JpegData::fits : JpegData::goes_on;
}

}  // namespace ebb::nn
