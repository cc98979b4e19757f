#include <bit>
#include <tools/exporting/protobuf.hpp>

namespace ebb::tools {

namespace {

enum Wire { as_varint = 0, as_fixed64 = 1, as_length = 2, as_fixed32 = 5 };

// Seven bits a byte, the lowest first; the highest bit says that more follow.
void append_varint(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}

void append_key(std::string& bytes, int field, Wire wire) {
  append_varint(bytes, static_cast<std::uint64_t>(field) << 3 | wire);
}

template <class Bits>
void append_little_endian(std::string& bytes, Bits bits) {
  for (std::size_t i = 0; i < sizeof(Bits); ++i) bytes += static_cast<char>(bits >> 8 * i);
}
void append_fixed(std::string& bytes, float value) {
  append_little_endian(bytes, std::bit_cast<std::uint32_t>(value));
}
void append_fixed(std::string& bytes, double value) {
  append_little_endian(bytes, std::bit_cast<std::uint64_t>(value));
}

template <class T>
std::string all_of(std::span<const T> values) {
  std::string bytes;
  for (const T value : values) append_fixed(bytes, value);
  return bytes;
}

}  // namespace

ProtobufMessage& ProtobufMessage::varint(int field, std::int64_t value) {
  append_key(bytes_, field, as_varint);
  append_varint(bytes_, static_cast<std::uint64_t>(value));
  return *this;
}

ProtobufMessage& ProtobufMessage::fixed32(int field, float value) {
  append_key(bytes_, field, as_fixed32);
  append_fixed(bytes_, value);
  return *this;
}

ProtobufMessage& ProtobufMessage::fixed64(int field, double value) {
  append_key(bytes_, field, as_fixed64);
  append_fixed(bytes_, value);
  return *this;
}

ProtobufMessage& ProtobufMessage::bytes(int field, std::string_view value) {
  append_key(bytes_, field, as_length);
  append_varint(bytes_, value.size());
  bytes_ += value;
  return *this;
}

ProtobufMessage& ProtobufMessage::message(int field, const ProtobufMessage& value) {
  return bytes(field, value.bytes_);
}

ProtobufMessage& ProtobufMessage::packed(int field, std::span<const std::int64_t> values) {
  std::string all;
  for (const std::int64_t value : values) append_varint(all, static_cast<std::uint64_t>(value));
  return bytes(field, all);
}

ProtobufMessage& ProtobufMessage::packed(int field, std::span<const float> values) {
  return bytes(field, all_of(values));
}

ProtobufMessage& ProtobufMessage::packed(int field, std::span<const double> values) {
  return bytes(field, all_of(values));
}

}  // namespace ebb::tools
