// The bytes of protocol buffers, as ONNX files and TensorBoard's event files have them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ebb::tools {

// A message, built field after field: each call appends one, in the encoding of its name. (Protocol
// Buffers' "Encoding": https://protobuf.dev/programming-guides/encoding.)
//     ProtobufMessage event;
//     event.fixed64(1, seconds).varint(2, step).message(5, summary);
// A field is any number from 1 to 2^29 - 1; of one that is repeated, call it for each. What has its
// default value, 0 or "", is written as all else is.
class ProtobufMessage {
 public:
  ProtobufMessage& varint(int field, std::int64_t value);  // int32, int64, uint64, bool, enum
  ProtobufMessage& fixed32(int field, float value);
  ProtobufMessage& fixed64(int field, double value);
  ProtobufMessage& bytes(int field, std::string_view value);  // string and bytes
  ProtobufMessage& message(int field, const ProtobufMessage& value);
  // Repeated numbers in one field.
  ProtobufMessage& packed(int field, std::span<const std::int64_t> values);
  ProtobufMessage& packed(int field, std::span<const float> values);
  ProtobufMessage& packed(int field, std::span<const double> values);

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace ebb::tools
