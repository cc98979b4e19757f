#include <doctest/doctest.h>

#include <tools/exporting/protobuf.hpp>
#include <vector>

using ebb::tools::ProtobufMessage;

namespace {

std::string hex(const ProtobufMessage& message) {
  std::string text;
  for (const char byte : message.bytes()) {
    const auto value = static_cast<unsigned char>(byte);
    text += "0123456789abcdef"[value >> 4];
    text += "0123456789abcdef"[value & 15];
  }
  return text;
}

}  // namespace

// The first three are the examples of the encoding's own description.
TEST_CASE("protobuf: numbers, strings and messages have the bytes of the standard") {
  CHECK(hex(ProtobufMessage().varint(1, 150)) == "089601");
  CHECK(hex(ProtobufMessage().bytes(2, "testing")) == "120774657374696e67");
  CHECK(hex(ProtobufMessage().message(3, ProtobufMessage().varint(1, 150))) == "1a03089601");
  CHECK(hex(ProtobufMessage().fixed32(1, 1.F)) == "0d0000803f");
  CHECK(hex(ProtobufMessage().fixed64(1, -2.)) == "0900000000000000c0");
  CHECK(ProtobufMessage().bytes().empty());
}

TEST_CASE("protobuf: fields follow one another, and large field numbers take two bytes") {
  CHECK(hex(ProtobufMessage().varint(1, 0).varint(15, 1).varint(16, 127)) ==
        "0800"
        "7801"
        "80017f");
}

TEST_CASE("protobuf: negative and long numbers") {
  CHECK(hex(ProtobufMessage().varint(1, -1)) == "08ffffffffffffffffff01");
  CHECK(hex(ProtobufMessage().varint(1, std::int64_t{1} << 62)) == "08808080808080808040");
  const std::string many(300, 'x');
  CHECK(ProtobufMessage().bytes(1, many).bytes() == "\x0a\xac\x02" + many);
}

TEST_CASE("protobuf: packed numbers are one field") {
  const std::vector<std::int64_t> whole = {3, 270, 86942};
  CHECK(hex(ProtobufMessage().packed(6, whole)) == "3206038e029ea705");
  CHECK(hex(ProtobufMessage().packed(6, std::vector<float>{1, -1})) == "32080000803f000080bf");
  CHECK(hex(ProtobufMessage().packed(6, std::vector<double>{1})) == "3208000000000000f03f");
  CHECK(hex(ProtobufMessage().packed(6, std::vector<double>())) == "3200");
}
