#include <algorithm>
#include <array>
#include <bitset>
#include <nn/files/image_format.hpp>
#include <nn/files/jpeg_format.hpp>
#include <nn/files/jpeg_scan.hpp>

namespace ebb::nn {
namespace {

constexpr std::string_view jpeg_begin = "\xff\xd8\xff";

// Kinds of segments.
constexpr std::uint64_t huffman_tables = 0xc4, arithmetic_tables = 0xcc, reserved = 0xc8,
                        end_of_image = 0xd9, start_of_scan = 0xda, quantization_tables = 0xdb,
                        restart_interval = 0xdd, adobe = 0xee;
bool is_restart(std::uint64_t marker) { return marker >= 0xd0 && marker <= 0xd7; }
bool is_frame(std::uint64_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != huffman_tables &&
         marker != arithmetic_tables && marker != reserved;
}

// Goes through the segments of one file.
class Reader final {
 public:
  Reader(std::string_view bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  ImageSize read() {
    for (;;) {
      const std::uint64_t marker = next_marker();
      if (marker == end_of_image) break;
      const std::string_view segment = next_segment();
      if (is_frame(marker)) read_frame(marker, segment);
      if (marker == huffman_tables) read_huffman_tables(segment);
      if (marker == quantization_tables) read_quantization_tables(segment);
      if (marker == restart_interval) restarts_ = number(segment, 0, 2);
      if (marker == start_of_scan) read_scan(segment);
      by_adobe_ = by_adobe_ || (marker == adobe && segment.starts_with("Adobe"));
    }
    for (const JpegComponent& component : frame_.components)
      if (!seen_[component.id]) refuse("is a JPEG without all its channels; try another copy");
    if (frame_.components.empty()) refuse("is a JPEG without pixels; try another copy");
    return size_;
  }

 private:
  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    refuse_image(path_, parts...);
  }
  [[noreturn]] void refuse_header() const {
    refuse("is damaged: a JPEG whose header makes no sense; try another copy");
  }
  [[noreturn]] void refuse_end() const {
    refuse("is cut short: a JPEG without its end; try another copy");
  }

  std::uint64_t number(std::string_view segment, std::uint64_t place, int length) const {
    if (place + static_cast<std::uint64_t>(length) > segment.size()) refuse_header();
    return number_at(segment, place, length);
  }

  std::uint64_t next_marker() {
    const std::uint64_t begin = at_;
    while (at_ < bytes_.size() && bytes_[at_] == '\xff') ++at_;
    if (at_ >= bytes_.size()) refuse_end();
    if (at_ == begin) refuse("is damaged: a JPEG whose parts do not follow each other");
    return number_at(bytes_, at_++, 1);
  }

  std::string_view next_segment() {
    if (bytes_.size() - at_ < 2) refuse_end();
    const std::uint64_t length = number_at(bytes_, at_, 2);
    if (length < 2) refuse_header();
    if (length > bytes_.size() - at_) refuse_end();
    at_ += length;
    return bytes_.substr(at_ - length + 2, length - 2);
  }

  // SOF: how the pixels are coded, and how many there are.
  void read_frame(std::uint64_t marker, std::string_view segment) {
    const std::uint64_t depth = number(segment, 0, 1), channels = number(segment, 5, 1);
    if (!frame_.components.empty()) refuse("is a JPEG with two headers; try another copy");
    if (marker > 0xc2 || depth != 8)
      refuse("is a JPEG of a rare kind (SOF", marker - 0xc0, ", ", depth,
             " bits); try to save it as PNG");
    if (channels != 1 && channels != 3 && channels != 4)
      refuse("is a JPEG of ", channels, " channels; try to save it as PNG");
    if (channels == 4 && !by_adobe_)
      refuse("is a JPEG of 4 channels that does not say which; try to save it as RGB");
    constexpr std::uint64_t least_bits = 1;  // two codes of a bit make a block of 64 pixels
    frame_ = {number(segment, 1, 2), number(segment, 3, 2), marker == 0xc2, {}};
    size_ = checked_size(bytes_, path_, channels > 1, frame_.height, frame_.width, least_bits);
    for (std::uint64_t i = 0; i < channels; ++i) {
      const std::uint64_t place = 6 + 3 * i, sampling = number(segment, place + 1, 1);
      const JpegComponent component{number(segment, place, 1), sampling >> 4, sampling & 15,
                                    number(segment, place + 2, 1)};
      if (std::min(component.across, component.down) < 1 ||
          std::max(component.across, component.down) > 4 || component.quantization > 3)
        refuse_header();
      frame_.components.push_back(component);
    }
  }

  void read_huffman_tables(std::string_view segment) {
    while (!segment.empty()) {
      const std::uint64_t kind = number(segment, 0, 1) >> 4, place = number(segment, 0, 1) & 15;
      if (kind > 1 || place > 3) refuse_header();
      const std::uint64_t length = (kind == 0 ? dc_ : ac_)[place].read(segment.substr(1));
      if (length == 0) refuse_header();
      (kind == 0 ? has_dc_ : has_ac_)[place] = true;
      segment.remove_prefix(1 + length);
    }
  }

  void read_quantization_tables(std::string_view segment) {
    while (!segment.empty()) {
      const std::uint64_t kind = number(segment, 0, 1);
      const std::uint64_t length = 1 + (kind >> 4 > 0 ? 128 : 64);
      if ((kind & 15) > 3 || segment.size() < length) refuse_header();
      has_quantization_[kind & 15] = true;
      segment.remove_prefix(length);
    }
  }

  JpegScan::Part read_part(std::string_view segment, std::uint64_t place, bool dc, bool ac) {
    const std::uint64_t id = number(segment, place, 1), tables = number(segment, place + 1, 1);
    const auto of_id = [&](const JpegComponent& component) { return component.id == id; };
    const auto component = std::find_if(frame_.components.begin(), frame_.components.end(), of_id);
    if (component == frame_.components.end()) refuse_header();
    const std::uint64_t for_dc = tables >> 4, for_ac = tables & 15;
    if (for_dc > 3 || for_ac > 3 || (dc && !has_dc_[for_dc]) || (ac && !has_ac_[for_ac]) ||
        !has_quantization_[component->quantization])
      refuse("is damaged: a JPEG without tables that it needs; try another copy");
    seen_[id] = seen_[id] || dc;
    return {*component, &dc_[for_dc], &ac_[for_ac]};
  }

  // SOS, and the data behind it.
  void read_scan(std::string_view segment) {
    if (frame_.components.empty()) refuse("is a JPEG without a header; try another copy");
    const std::uint64_t parts = number(segment, 0, 1), behind = 1 + 2 * parts;
    JpegScan scan;
    scan.restarts = restarts_;
    if (frame_.progressive) {
      scan.first = static_cast<int>(number(segment, behind, 1));
      scan.last = static_cast<int>(number(segment, behind + 1, 1));
      scan.refines = number(segment, behind + 2, 1) >> 4 > 0;
    }
    if (parts < 1 || parts > 4 || scan.last > 63 || scan.first > scan.last) refuse_header();
    for (std::uint64_t i = 0; i < parts; ++i)
      scan.parts.push_back(
          read_part(segment, 1 + 2 * i, scan.first == 0 && !scan.refines, scan.last > 0));
    const std::uint64_t begin = at_;
    at_ = end_of_data();
    const JpegData data = follow(frame_, scan, bytes_.substr(begin, at_ - begin));
    if (data == JpegData::damaged)
      refuse("is damaged: its pixels cannot be decoded; try another copy");
    if (data == JpegData::fits) return;
    refuse("is damaged: its header declares ", frame_.height, " by ", frame_.width,
           " pixels, but it holds ", data == JpegData::goes_on ? "more" : "fewer",
           "; try another copy");
  }

  // Where the first marker stands that is no restart.
  std::uint64_t end_of_data() const {
    for (std::uint64_t at = at_;; ++at) {
      at = bytes_.find('\xff', at);
      if (at == std::string_view::npos || at + 1 >= bytes_.size()) refuse_end();
      const std::uint64_t next = number_at(bytes_, at + 1, 1);
      if (next != 0 && next != 0xff && !is_restart(next)) return at;
    }
  }

  std::string_view bytes_;
  const std::string& path_;
  std::uint64_t at_ = 2, restarts_ = 0;
  ImageSize size_;
  JpegFrame frame_;
  std::array<HuffmanTable, 4> dc_, ac_;
  std::bitset<4> has_dc_, has_ac_, has_quantization_;
  std::bitset<256> seen_;  // components, by id
  bool by_adobe_ = false;
};

}  // namespace

bool is_jpeg(std::string_view bytes) { return bytes.starts_with(jpeg_begin); }

ImageSize read_jpeg_format(std::string_view bytes, const std::string& path) {
  return Reader(bytes, path).read();
}

}  // namespace ebb::nn
