#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nn/data/idx.hpp>
#include <tensor/error.hpp>
#include <tests/nn/data/idx_refusals.hpp>
#include <tests/paths.hpp>
#include <tests/tensor/machine/address_limit.hpp>

using namespace ebb;
using nn::read_idx;

namespace {

constexpr std::size_t gigabyte = std::size_t{1} << 30;

}  // namespace

TEST_CASE("read_idx: sizes that lie are refused, however large, and take no memory") {
  const AddressLimit limit(gigabyte);
  CHECK(refusal_of(idx({4'294'967'295, 1, 1}, "1234")) ==
        "mnist: file ends after 20 of 4,294,967,311 bytes; the download was cut short, try again");
  CHECK(refusal_of(idx({4'294'967'295, 28, 28}, "1234")) ==
        "mnist: file ends after 20 of 3,367,254,359,296 bytes; the download was cut short, try "
        "again");
  CHECK(refusal_of(idx({4'294'967'295, 4'294'967'295, 4'294'967'295}, "1234")) ==
        "mnist: file declares more bytes than a file can hold");
  CHECK(refusal_of(gzipped(idx({4'294'967'295, 1, 1}, "1234"))) ==
        "mnist: file ends after 20 of 4,294,967,311 bytes; the download was cut short, try again");
  for (const auto& lengths :
       std::vector<std::vector<std::uint32_t>>{{0, 2, 3}, {2, 0, 3}, {2, 3, 0}})
    CHECK(refusal_of(idx(lengths, "")) ==
          "mnist: file declares a length of 0; there is nothing to learn from");
}

TEST_CASE("read_idx: numbers written the wrong way round are called by their name") {
  const auto turned = [](std::string bytes, std::size_t from) {
    for (std::size_t i = from; i < 16; i += 4)
      std::reverse(bytes.begin() + i, bytes.begin() + i + 4);
    return bytes;
  };
  const std::string right = idx({2, 3, 4}, noise(24)), lengths = turned(right, 4);
  for (const std::string& bytes : {turned(right, 0), gzipped(turned(right, 0))})
    CHECK(refusal_of(bytes) ==
          "mnist: file starts with the bytes 3 8 0 0, not 0 0 8 3; it looks little-endian, try to "
          "write all its numbers big-endian");
  for (const std::string& bytes : {lengths, gzipped(lengths)})
    CHECK(refusal_of(bytes) ==
          "mnist: file declares a length of 33,554,432; its numbers look little-endian, try to "
          "write all of them big-endian");
  const std::string many = turned(idx({60'000, 28, 28}, std::string(47'040'000, 'x')), 4);
  CHECK(
      refusal_of(many).starts_with("mnist: file declares a length of 1,625,948,160; its numbers "));
  // as much either way round
  CHECK(refusal_of(idx({256, 65'536}, std::string(1 << 24, 'x')), 2) == "it was taken");
  CHECK(refusal_of(idx({16'777'217, 1, 1}, std::string(16'777'217, 'x'))) == "it was taken");
}

TEST_CASE("read_idx: what no machine can hold is refused before memory is taken") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "file";
  write_file(path, idx({4'000'000'000, 160, 16}, ""));
  if (truncate(path.c_str(), 16 + 4'000'000'000 * 160 * 16) != 0)
    return skip("no file of 10 terabytes can be had here");
  const AddressLimit limit(gigabyte);
  const std::string message = message_of<MemoryError>([&] { return read_idx(path, 3); });
  CHECK(message.starts_with("mnist: file declares 10,240,000,000,000 bytes, this machine has "));
  CHECK(message.ends_with(" of memory; try a part of the set"));
}

TEST_CASE("read_idx: want of memory is a MemoryError, not a damaged file") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "file";
  write_file(path, gzipped(idx({2, 1 << 15, 1 << 15}, std::string(1 << 20, '\0'))));
  CHECK(refusal([&] { return read_idx(path, 3); }) ==
        "mnist: file ends after 1,048,592 of 2,147,483,664 bytes; the download was cut short, try "
        "again");
  if (sanitizers != "none") return skip("sanitizers end the program when the system has no memory");
  write_file(path, idx({2, 1 << 15, 1 << 15}, ""));
  REQUIRE(truncate(path.c_str(), 16 + (off_t{2} << 30)) == 0);
  const AddressLimit limit(gigabyte);
  const std::string message = message_of<MemoryError>([&] { return read_idx(path, 3); });
  CHECK(message == "mnist: no room for the 2,147,483,648 bytes of file; try a part of the set");
}
