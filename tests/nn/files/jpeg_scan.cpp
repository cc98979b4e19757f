#include <doctest/doctest.h>

#include <nn/files/jpeg_scan.hpp>
#include <string>

using namespace ebb::nn;
using namespace std::string_literals;

namespace {

// Codes 0, 10 and 110 with these symbols.
std::string three_codes(const std::string& symbols) {
  return "\1\1\1"s + std::string(13, '\0') + symbols;
}

// Blocks of 8 by 8 in one channel: the first number has no bits (0) or two (10), then comes the end
// of the block (0), 16 zeros (10) or a number of one bit (110).
struct Blocks {
  Blocks(std::uint64_t across, std::uint64_t down) {
    dc.read(three_codes("\0\2\3"s));
    ac.read(three_codes("\0\xf0\1"s));
    frame = {8 * down, 8 * across, false, {{1, 1, 1, 0}}};
    scan.parts = {{frame.components[0], &dc, &ac}};
  }
  JpegData follow(const std::string& data) const { return ebb::nn::follow(frame, scan, data); }

  HuffmanTable dc, ac;
  JpegFrame frame;
  JpegScan scan;
};

}  // namespace

TEST_CASE("jpeg_scan: Huffman's codes, short and long") {
  HuffmanTable table;
  const std::string counts = "\0\1"s + std::string(9, '\0') + "\2"s + std::string(4, '\0');
  CHECK(table.read(counts + "abc+more") == 19);  // 00, and 12 bits: 010000000000, 010000000001
  CHECK(table.find(0x0000).bits == 2);
  CHECK(table.find(0x3fff).symbol == 'a');
  CHECK(table.find(0x4000).bits == 12);
  CHECK(table.find(0x4000).symbol == 'b');
  CHECK(table.find(0x401f).symbol == 'c');
  CHECK(table.find(0x4020).bits == 0);
  CHECK(table.read(counts + "ab") == 0);                          // a symbol is missing
  CHECK(table.read("\3"s + std::string(15, '\0') + "abc") == 0);  // three codes of one bit
  CHECK(table.read(std::string(15, '\0')) == 0);
}

TEST_CASE("jpeg_scan: as many blocks as the frame has, and no more") {
  const Blocks two(2, 1);
  CHECK(two.follow("\x0f") == JpegData::fits);             // 0 0, 0 0, then ones
  CHECK(two.follow("\xaf") == JpegData::ends_early);       // 10 10 111
  CHECK(two.follow("\x97\x77\x77") == JpegData::damaged);  // 10 01 0, then 111
  CHECK(two.follow("\x91") == JpegData::fits);             // 10 01 0, 0 0, and a one
  CHECK(two.follow("\x0f\x12") == JpegData::goes_on);
  CHECK(two.follow("\x0f\0\0"s) == JpegData::fits);  // filled up with zeros
  CHECK(two.follow("") == JpegData::ends_early);
  CHECK(two.follow("\xff\0\xff\0\xff\0"s) == JpegData::damaged);   // a stuffed byte is one byte
  CHECK(two.follow("\x95\x55\x55\x55\x7f") == JpegData::damaged);  // 16 zeros, five times
}

TEST_CASE("jpeg_scan: restarts begin a new byte, and are numbered") {
  Blocks four(2, 2);
  four.scan.restarts = 2;
  CHECK(four.follow("\x0f\xff\xd0\x0f") == JpegData::fits);
  CHECK(four.follow("\x0f\xff\xff\xd0\x0f") == JpegData::fits);
  CHECK(four.follow("\x0f\xff\xd1\x0f") == JpegData::ends_early);
  CHECK(four.follow("\x0f\x0f") == JpegData::goes_on);
  CHECK(four.follow("\x0f\xff\xd0\x3f") == JpegData::ends_early);
}

TEST_CASE("jpeg_scan: of a progressive frame the end of a block may count for several") {
  Blocks blocks(3, 1);
  blocks.frame.progressive = true;
  blocks.scan.first = 1;
  blocks.ac.read(three_codes("\0\x10\1"s));
  CHECK(blocks.follow("\xbf") == JpegData::fits);  // 10 1: three blocks
  CHECK(blocks.follow("\xbf\1") == JpegData::goes_on);
  CHECK(blocks.follow("\x9f") == JpegData::ends_early);  // 10 0: two blocks; 111
  CHECK(blocks.follow("\x8f") == JpegData::fits);        // 10 0, 0
  blocks.scan.refines = true;
  CHECK(blocks.follow("anything") == JpegData::fits);  // not followed
  blocks.scan.first = blocks.scan.last = 0;
  CHECK(blocks.follow("\xa0") == JpegData::fits);  // a bit each
  CHECK(blocks.follow("") == JpegData::ends_early);
}

TEST_CASE("jpeg_scan: channels that are sampled finer have more blocks in a unit") {
  Blocks blocks(4, 2);  // one unit of 2 by 2, and one block
  blocks.frame.components = {{1, 2, 2, 0}, {2, 1, 1, 0}};
  blocks.scan.parts = {{blocks.frame.components[0], &blocks.dc, &blocks.ac},
                       {blocks.frame.components[1], &blocks.dc, &blocks.ac}};
  CHECK(blocks.follow("\0\0\x0f"s) == JpegData::fits);  // 2 units, 5 blocks each, 2 bits
  CHECK(blocks.follow("\0\x0f"s) == JpegData::ends_early);
  blocks.scan.parts.erase(blocks.scan.parts.begin());  // the coarse one alone: 2 blocks
  CHECK(blocks.follow("\x0f") == JpegData::fits);
}
