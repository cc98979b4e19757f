// Where elements live: reference-counted blocks from a cache, so that a training step in its steady
// state asks the system for no memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace ebb {

// A block of memory, 64-byte aligned, that goes back to the cache when its last owner goes. The
// version counts the writes that somebody else could see; the backward pass compares it.
class Storage final {
 public:
  explicit Storage(std::size_t bytes);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  std::uint32_t version() const { return version_.load(std::memory_order_relaxed); }
  void note_write() { version_.fetch_add(1, std::memory_order_relaxed); }

 private:
  void* data_;
  std::size_t bytes_;
  std::atomic<std::uint32_t> version_{0};
};

// A new block with undefined contents; any thread may call it. Throws MemoryError when the limit or
// the system's memory does not allow it; everything stays usable then.
std::shared_ptr<Storage> allocate(std::size_t bytes);

struct MemoryUse {
  std::size_t live_bytes;    // in blocks that somebody owns now, rounded up to their size class
  std::size_t peak_bytes;    // the most that live_bytes has been since reset_peak_memory
  std::size_t cached_bytes;  // in blocks that wait for their next owner
  std::uint64_t misses;      // how often the cache had no such block
};
[[nodiscard]] MemoryUse memory_use();
void reset_peak_memory();

// No allocation lets live_bytes pass `bytes`; the default is no limit.
void set_memory_limit(std::size_t bytes);

// Gives cached blocks back to the system: whole slabs of 16 MB of which no block is in use, and
// every block of more than 4 MB. Allocating does so by itself where more bytes are cached than were
// ever in use at once.
void release_cached_memory();

}  // namespace ebb
