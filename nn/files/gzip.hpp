// Files packed by gzip (RFC 1952), and plain ones.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nn/files/file.hpp>
#include <string>
#include <tensor/machine/storage.hpp>
#include <vector>

namespace ebb::nn {

// A file read from its front in pieces, and unpacked on the way where it begins with gzip's two
// bytes. Of several packed parts, one behind the other, it gives all. Nothing in it is trusted:
// each part's check sum and length must be right, and nothing may stand behind the last.
class GzipReader final {
 public:
  // Messages begin with the operation: "mnist: train.gz is damaged …".
  GzipReader(std::string operation, const std::string& path);
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  // The next `bytes`, or fewer where there are no more; returns how many. A packed file that was
  // cut off gives what it has, and throws FormatError when it is asked for more: only after a call
  // that returned 0 is it known to be whole. Throws FormatError for damaged files, IoError, and
  // MemoryError where there is no room to unpack.
  std::size_t read(void* to, std::size_t bytes);

  bool is_packed() const { return packed_; }

  // How many bytes it says that it holds (a packed one modulo 2^32), and the most that it can hold.
  std::uint64_t claimed_bytes() const { return claimed_bytes_; }
  std::uint64_t most_bytes() const;

 private:
  void start();
  void fill();
  std::size_t copy(void* to, std::size_t bytes);
  std::size_t unpack(void* to, std::size_t bytes);
  void go_on_with_next_part();
  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const;
  static void* take_memory(void* blocks, unsigned count, unsigned bytes);

  std::string operation_, path_;
  FileReader file_;
  std::uint64_t unread_, claimed_bytes_, handed_out_ = 0;
  std::vector<unsigned char> input_;
  std::vector<std::shared_ptr<Storage>> blocks_;  // what zlib works in
  z_stream stream_ = {};
  bool packed_ = false, whole_ = false, cut_off_ = false;
};

}  // namespace ebb::nn
