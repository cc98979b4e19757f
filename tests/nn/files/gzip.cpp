#include <doctest/doctest.h>
#include <zlib.h>

#include <nn/files/gzip.hpp>
#include <tensor/error.hpp>
#include <tests/nn/data/idx_refusals.hpp>

using namespace ebb;
using nn::GzipReader;

namespace {

// Packed with everything that gzip's header may hold.
std::string packed_with_header(std::string bytes) {
  z_stream stream = {};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  unsigned char extra[] = "extra", name[] = "train.idx", comment[] = "by hand";
  gz_header header = {};
  header.extra = extra;
  header.extra_len = 5;
  header.name = name;
  header.comment = comment;
  header.hcrc = 1;
  deflateSetHeader(&stream, &header);
  std::string packed(bytes.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<unsigned char*>(bytes.data());
  stream.avail_in = static_cast<unsigned>(bytes.size());
  stream.next_out = reinterpret_cast<unsigned char*>(packed.data());
  stream.avail_out = static_cast<unsigned>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// All that a file holds, asked for in pieces of this size.
std::string all_of(const std::string& path, std::size_t piece) {
  GzipReader file("test", path);
  std::string all, some(piece, '\0');
  while (const std::size_t got = file.read(some.data(), piece)) all.append(some, 0, got);
  return all;
}

struct Packed {
  TemporaryFolder folder;
  std::string path = folder.path() / "file.gz";
  void put(const std::string& bytes) const { write_file(path, bytes); }
  std::string message(std::size_t piece = 1 << 16) const {
    return message_of<FormatError>([&] { all_of(path, piece); });
  }
};

const std::string damaged = "test: file.gz is damaged and cannot be unpacked; try another copy";
const std::string behind =
    "test: file.gz is followed by bytes that are not packed; try another copy";

}  // namespace

TEST_CASE("GzipReader: plain and packed files come out whole in pieces of any size") {
  const Packed file;
  const std::string bytes = noise(1000);
  for (const std::string& held : {bytes, gzipped(bytes), packed_with_header(bytes)}) {
    file.put(held);
    for (std::size_t piece = 1; piece < 1100; piece += piece < 20 ? 1 : 89)
      CHECK(all_of(file.path, piece) == bytes);
  }
  for (const std::string& held : {std::string(), gzipped("")}) {
    file.put(held);
    CHECK(all_of(file.path, 100).empty());
  }
  file.put("\x1f");
  CHECK(all_of(file.path, 100) == "\x1f");
}

TEST_CASE("GzipReader: files larger than its buffers come out whole") {
  const Packed file;
  const std::string bytes = noise(700'000) + std::string(5'000'000, 'x') + noise(100);
  for (const std::string& held : {bytes, gzipped(bytes)}) {
    file.put(held);
    CHECK(all_of(file.path, 1 << 20) == bytes);
    CHECK(GzipReader("test", file.path).claimed_bytes() == bytes.size());
    CHECK(GzipReader("test", file.path).most_bytes() >= bytes.size());
  }
}

TEST_CASE("GzipReader: several packed parts, one behind the other, are one file") {
  const Packed file;
  const std::string parts = gzipped("one ") + gzipped("") + packed_with_header("two");
  file.put(parts);
  for (const std::size_t piece : {1, 2, 3, 4, 5, 7, 100})
    CHECK(all_of(file.path, piece) == "one two");
  for (std::size_t cut = gzipped("one ").size() + 1; cut < parts.size(); ++cut) {
    CAPTURE(cut);
    if (cut == gzipped("one ").size() + gzipped("").size()) continue;
    file.put(parts.substr(0, cut));
    CHECK(file.message().find("the download was cut short") != std::string::npos);
  }
}

// Where all bytes are out and the buffer is full to the last of them, the check sum is still to
// come.
TEST_CASE("GzipReader: a packed file that is cut anywhere is refused, at every size of piece") {
  const Packed file;
  const std::string bytes = noise(60);
  for (const std::string& held : {gzipped(bytes), packed_with_header(bytes)})
    for (std::size_t length = 2; length < held.size(); ++length) {
      CAPTURE(length);
      file.put(held.substr(0, length));
      for (const std::size_t piece : {1, 7, 12, 20, 59, 60, 61, 1000}) {
        const std::string message = file.message(piece);
        CHECK(message.starts_with("test: file.gz ends after "));
        CHECK(message.ends_with(
            " bytes but before its check sum; the download was cut short, try again"));
      }
    }
}

TEST_CASE("GzipReader: the last 1 to 9 bytes are missed, however the pieces fall") {
  const Packed file;
  const std::size_t piece = 1 << 16;
  for (const std::size_t count : {piece - 1, piece, piece + 1, 2 * piece}) {
    const std::string held = gzipped(noise(count));
    for (std::size_t cut = 1; cut <= 9; ++cut) {
      file.put(held.substr(0, held.size() - cut));
      GzipReader reader("test", file.path);
      std::string bytes(count, '\0');
      // With 9 bytes the end of the packed data is gone; the bytes may all be there.
      const std::size_t got = reader.read(bytes.data(), count);
      if (cut <= 8) CHECK(got == count);
      CHECK(message_of<FormatError>([&] { reader.read(bytes.data(), 1); }) ==
            text("test: file.gz ends after ", got,
                 " bytes but before its check sum; the download was cut short, try again"));
    }
  }
}

TEST_CASE("GzipReader: a wrong check sum, length, header or block is refused") {
  const Packed file;
  const std::string held = packed_with_header(noise(60));
  for (std::size_t i = 2; i < held.size(); ++i) {
    CAPTURE(i);
    std::string changed = held;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    file.put(changed);
    CHECK(file.message().starts_with("test: file.gz "));
  }
  for (const std::size_t from_end : {8, 5, 4, 1}) {
    std::string changed = held;
    char& byte = changed[held.size() - from_end];
    byte = static_cast<char>(byte ^ 1);
    file.put(changed);
    CHECK(file.message(60) == damaged);
  }
}

TEST_CASE("GzipReader: what follows the packed bytes is refused, zeros too") {
  const Packed file;
  const std::string held = gzipped(noise(60));
  for (const std::string& more : {std::string(1, '\0'), std::string(512, '\0'), std::string("x")}) {
    file.put(held + more);
    for (const std::size_t piece : {1, 60, 1000}) CHECK(file.message(piece) == behind);
  }
  file.put(held + "\x1f");
  CHECK(file.message().find("the download was cut short") != std::string::npos);
  file.put(held + "\x1fx");
  CHECK(file.message() == damaged);
}

TEST_CASE("GzipReader: want of memory is a MemoryError, not a damaged file") {
  const Packed file;
  file.put(gzipped(std::string(100'000, 'x')));
  const auto first = [&] { GzipReader reader("test", file.path); };
  const auto second = [&] { all_of(file.path, 1000); };
  const std::size_t live = memory_use().live_bytes;
  const std::string message =
      "test: no room to unpack " + file.path + "; try to give other memory back first";
  set_memory_limit(live + 100);
  const std::string refused_first = message_of<MemoryError>(first);
  set_memory_limit(live + 20'000);  // enough to begin, but not for the window
  const std::string refused_second = message_of<MemoryError>(second);
  set_memory_limit(static_cast<std::size_t>(-1));
  CHECK(refused_first == message);
  CHECK(refused_second == message);
  CHECK(memory_use().live_bytes == live);
  CHECK(all_of(file.path, 1000).size() == 100'000);
}

TEST_CASE("GzipReader: a missing file is an IoError") {
  const Packed file;
  CHECK(message_of<IoError>([&] { GzipReader reader("test", file.path); }) ==
        "read " + file.path + ": No such file or directory; check the path");
}
