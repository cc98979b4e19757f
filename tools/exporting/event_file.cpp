#include <algorithm>
#include <array>
#include <cmath>
#include <tools/exporting/event_file.hpp>
#include <vector>

namespace ebb::tools {

namespace {

constexpr std::size_t parts = 30;                          // of a histogram
constexpr std::size_t frame_before = 12, frame_after = 4;  // length and check sums

constexpr std::array<std::uint32_t, 256> table_of_remainders() {
  std::array<std::uint32_t, 256> table = {};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0x82f63b78u : 0);
    table[byte] = rest;
  }
  return table;
}

template <class Bits>
std::string little_endian(Bits bits) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof bits; ++i) bytes += static_cast<char>(bits >> 8 * i);
  return bytes;
}

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = count; i-- > 0;)
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

// So that a check sum of bytes that hold check sums is none of a usual file.
std::string masked_sum(std::string_view bytes) {
  const std::uint32_t sum = crc32c(bytes);
  return little_endian((sum >> 15 | sum << 17) + 0xa282ead8u);
}

std::string record_of(const ProtobufMessage& event) {
  const std::string& data = event.bytes();
  const std::string length = little_endian(static_cast<std::uint64_t>(data.size()));
  return length + masked_sum(length) + data + masked_sum(data);
}

// Of an event whose step is its second field, after nine bytes of the first; 0 where it has none.
std::int64_t step_of(std::string_view event) {
  std::uint64_t step = 0;
  if (event.size() < 11 || event[9] != 2 << 3) return 0;
  for (std::size_t at = 10, shift = 0; at < event.size() && shift < 64; ++at, shift += 7) {
    step |= static_cast<std::uint64_t>(event[at] & 0x7f) << shift;
    if (!(event[at] & 0x80)) break;
  }
  return static_cast<std::int64_t>(step);
}

ProtobufMessage named(std::string_view name) {
  ProtobufMessage value;
  value.bytes(1, name);
  return value;
}

// A PNG's header holds big-endian sizes, then the bits of a number and the kind of pixels.
std::int64_t size_at(std::string_view png, std::size_t at) {
  std::int64_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(png.at(at + i));
  return size;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> table = table_of_remainders();
  std::uint32_t rest = 0xffffffffu;
  for (const char byte : bytes)
    rest = rest >> 8 ^ table[(rest ^ static_cast<unsigned char>(byte)) & 0xff];
  return ~rest;
}

void EventSummary::scalar(std::string_view name, double value) {
  message_.message(1, named(name).fixed32(2, static_cast<float>(value)));
}

void EventSummary::picture(std::string_view name, std::string_view png) {
  constexpr std::int64_t gray = 1, colors = 3;
  ProtobufMessage image;
  image.varint(1, size_at(png, 20)).varint(2, size_at(png, 16));
  image.varint(3, png.at(25) == 0 ? gray : colors).bytes(4, png);
  message_.message(1, named(name).message(4, image));
}

void EventSummary::histogram(std::string_view name, const Tensor& numbers) {
  std::vector<float> values = cast(numbers, DType::float32).to_vector<float>();
  std::erase_if(values, [](float value) { return !std::isfinite(value); });
  if (values.empty()) return;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double low = *least, high = *most, width = (high - low) / static_cast<double>(parts);
  std::vector<double> limits(parts), counts(parts);
  double sum = 0, squares = 0;
  for (const double value : values) {
    const double place = width > 0 ? (value - low) / width : 0;
    ++counts[std::min(static_cast<std::size_t>(place), parts - 1)];
    sum += value, squares += value * value;
  }
  for (std::size_t i = 0; i < parts; ++i) limits[i] = low + width * static_cast<double>(i + 1);
  limits.back() = high;
  ProtobufMessage spread;
  spread.fixed64(1, low).fixed64(2, high).fixed64(3, static_cast<double>(values.size()));
  spread.fixed64(4, sum).fixed64(5, squares);
  spread.packed(6, std::span<const double>(limits)).packed(7, std::span<const double>(counts));
  message_.message(1, named(name).message(5, spread));
}

std::string first_record(double seconds) {
  ProtobufMessage event;
  return record_of(event.fixed64(1, seconds).bytes(3, "brain.Event:2"));
}

std::string event_record(double seconds, std::int64_t step, const EventSummary& summary) {
  ProtobufMessage event;
  return record_of(event.fixed64(1, seconds).varint(2, step).message(5, summary.message()));
}

std::size_t length_until(std::string_view file, std::int64_t step) {
  std::size_t at = 0;
  while (file.size() - at >= frame_before) {
    const std::uint64_t length = number_at(file, at, 8), room = file.size() - at - frame_before;
    if (room < frame_after || length > room - frame_after) break;
    const std::string_view event = file.substr(at + frame_before, length);
    if (file.substr(at + frame_before + length, frame_after) != masked_sum(event) ||
        step_of(event) > step)
      break;
    at += frame_before + length + frame_after;
  }
  return at;
}

}  // namespace ebb::tools
