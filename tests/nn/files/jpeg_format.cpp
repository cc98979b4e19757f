#include <doctest/doctest.h>

#include <nn/files/jpeg_format.hpp>
#include <tensor/error.hpp>
#include <tests/nn/files/pictures.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

std::string refusal_of(const std::string& bytes) {
  return message_of<FormatError>([&] { return nn::read_jpeg_format(bytes, "a.jpg"); });
}

std::string replaced(std::string bytes, const std::string& from, const std::string& to) {
  return bytes.replace(bytes.find(from), from.size(), to);
}

const std::string frame = "\xff\xc0", progressive_frame = "\xff\xc2";
const std::string no_sense =
    "image: a.jpg is damaged: a JPEG whose header makes no sense; try another copy";

}  // namespace

TEST_CASE("jpeg_format: sizes and channels") {
  for (const std::string& bytes : {color_jpeg, progressive_jpeg}) {
    CHECK(nn::read_jpeg_format(bytes, "a").channels == 3);
    CHECK(nn::read_jpeg_format(bytes, "a").height == 9);
    CHECK(nn::read_jpeg_format(bytes, "a").width == 17);
  }
  CHECK(nn::read_jpeg_format(gray_jpeg, "a").channels == 1);
  CHECK(nn::is_jpeg(gray_jpeg));
  CHECK(!nn::is_jpeg("\xff\xd8"));
}

TEST_CASE("jpeg_format: a header that lies about the size is noticed in both directions") {
  const auto lie = [](std::uint64_t height, std::uint64_t width, const char* than) {
    return "image: a.jpg is damaged: its header declares " + std::to_string(height) + " by " +
           std::to_string(width) + " pixels, but it holds " + than + "; try another copy";
  };
  CHECK(refusal_of(with_size(gray_jpeg, 17, 20)) == lie(17, 20, "fewer"));
  CHECK(refusal_of(with_size(gray_jpeg, 11, 25)) == lie(11, 25, "fewer"));
  CHECK(refusal_of(with_size(gray_jpeg, 8, 20)) == lie(8, 20, "more"));
  CHECK(refusal_of(with_size(gray_jpeg, 11, 8)) == lie(11, 8, "more"));
  CHECK(refusal_of(with_size(color_jpeg, 17, 17)) == lie(17, 17, "fewer"));
  CHECK(refusal_of(with_size(color_jpeg, 9, 16)) == lie(9, 16, "more"));
  CHECK(refusal_of(with_size(color_jpeg, 60, 60)) == lie(60, 60, "fewer"));
  CHECK(refusal_of(with_size(progressive_jpeg, 17, 17, progressive_frame)) == lie(17, 17, "fewer"));
  CHECK(refusal_of(with_size(progressive_jpeg, 9, 16, progressive_frame)) == lie(9, 16, "more"));
  CHECK(nn::read_jpeg_format(with_size(gray_jpeg, 16, 24), "a").height == 16);  // as many blocks
  CHECK(refusal_of(with_size(gray_jpeg, 0, 20)).find("it holds no picture") != std::string::npos);
}

TEST_CASE("jpeg_format: what no decoder here knows is named") {
  CHECK(refusal_of(replaced(gray_jpeg, frame, "\xff\xc9")) ==
        "image: a.jpg is a JPEG of a rare kind (SOF9, 8 bits); try to save it as PNG");
  std::string bits_12 = gray_jpeg;
  bits_12[bits_12.find(frame) + 4] = 12;
  CHECK(refusal_of(bits_12) ==
        "image: a.jpg is a JPEG of a rare kind (SOF0, 12 bits); try to save it as PNG");
  std::string channels = color_jpeg;
  char& count = channels[channels.find(frame) + 9];
  count = 2;
  CHECK(refusal_of(channels) == "image: a.jpg is a JPEG of 2 channels; try to save it as PNG");
  count = 4;
  CHECK(refusal_of(channels) ==
        "image: a.jpg is a JPEG of 4 channels that does not say which; try to save it as RGB");
  count = 1;  // the scan has three
  CHECK(refusal_of(channels) == no_sense);
}

TEST_CASE("jpeg_format: parts that are missing or make no sense") {
  CHECK(refusal_of(replaced(gray_jpeg, "\xff\xdb", "\xff\xe7")) ==
        "image: a.jpg is damaged: a JPEG without tables that it needs; try another copy");
  CHECK(refusal_of(replaced(gray_jpeg, "\xff\xc4", "\xff\xe7")) ==
        "image: a.jpg is damaged: a JPEG without tables that it needs; try another copy");
  CHECK(refusal_of(replaced(gray_jpeg, frame, "\xff\xe7")) ==
        "image: a.jpg is a JPEG without a header; try another copy");
  CHECK(refusal_of(replaced(gray_jpeg, "\xff\xda", "\xff\xe7")) ==
        "image: a.jpg is damaged: a JPEG whose parts do not follow each other");
  const std::size_t begin = gray_jpeg.find(frame);
  CHECK(refusal_of(gray_jpeg.substr(0, begin) + gray_jpeg.substr(begin, 13) +
                   gray_jpeg.substr(begin)) ==
        "image: a.jpg is a JPEG with two headers; try another copy");
  CHECK(refusal_of(gray_jpeg.substr(0, begin) + "\xff\xd9") ==
        "image: a.jpg is a JPEG without pixels; try another copy");
  CHECK(refusal_of(gray_jpeg.substr(0, begin + 13) + "\xff\xd9") ==
        "image: a.jpg is a JPEG without all its channels; try another copy");
  CHECK(refusal_of(gray_jpeg.substr(0, begin)) ==
        "image: a.jpg is cut short: a JPEG without its end; try another copy");
  std::string sampling = gray_jpeg;
  sampling[begin + 11] = 0x50;
  CHECK(refusal_of(sampling) == no_sense);
  std::string table = gray_jpeg;
  table[table.find("\xff\xc4") + 5] = '\7';  // seven codes of one bit
  CHECK(refusal_of(table) == no_sense);
  std::string code = gray_jpeg;  // more zeros than a block has places
  const std::size_t data = code.find("\xff\xda") + 10;
  code.replace(data, 8, "\xfb\xfb\xfb\xfb\xfb\xfb\xfb\xfb");
  CHECK(refusal_of(code) ==
        "image: a.jpg is damaged: its pixels cannot be decoded; try another copy");
}
