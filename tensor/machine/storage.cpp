#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <tensor/error.hpp>
#include <tensor/machine/storage.hpp>
#include <utility>

namespace ebb {
namespace {

constexpr std::size_t alignment = 64;
constexpr int classes = 4 * 48;
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

// Size classes: four per power of two, so that a block is at most a quarter larger than asked for.
int size_class(std::size_t bytes) {
  bytes = std::max(bytes, alignment * 4);
  const int power = std::bit_width(bytes - 1) - 1;  // 2^power < bytes <= 2^(power + 1)
  const std::size_t step = std::size_t{1} << (power - 2);
  const std::size_t quarter = (bytes - (std::size_t{1} << power) + step - 1) / step;  // 1 to 4
  return power * 4 + static_cast<int>(quarter) - 1;
}
std::size_t bytes_of(int size_class) {
  return static_cast<std::size_t>(5 + size_class % 4) << (size_class / 4 - 2);
}

// The free blocks of a class form a linked list. Each of them holds the address of the next.
struct FreeBlock {
  FreeBlock* next;
};

// Memory comes from the system in slabs, and blocks are cut from a slab side by side. Slabs lie on
// huge pages, where the system has them: a product that reads a matrix in place is on another page
// at every row, and a processor remembers where some tens of pages are. A slab begins at a multiple
// of slab_bytes, and every block of it begins less than slab_bytes later: so the address of a
// block, rounded down, is that of its slab.
struct Slab {
  Slab* next;
  char *unused, *end;
  std::int64_t live;  // blocks that somebody owns
};
constexpr std::size_t huge_page = std::size_t{2} << 20, slab_bytes = 8 * huge_page;
static_assert(sizeof(Slab) <= alignment);

Slab& slab_of(void* block) {
  return *reinterpret_cast<Slab*>(reinterpret_cast<std::uintptr_t>(block) & ~(slab_bytes - 1));
}

class Slabs {
 public:
  // A new block, or nullptr when the system has no more. A large one has a slab to itself.
  void* cut(std::size_t bytes) {
    if (bytes > slab_bytes / 4) {
      Slab* const own = add(alignment + bytes);
      return own == nullptr ? nullptr : std::exchange(own->unused, own->end);
    }
    if (open_ == nullptr || static_cast<std::size_t>(open_->end - open_->unused) < bytes) {
      Slab* const slab = add(slab_bytes);
      if (slab == nullptr) return nullptr;
      open_ = slab;
    }
    return std::exchange(open_->unused, open_->unused + bytes);
  }

  // Gives back those of which no block is in use.
  void release() {
    for (Slab** link = &first_; *link != nullptr;) {
      Slab* const slab = *link;
      if (slab->live > 0) {
        link = &slab->next;
        continue;
      }
      if (slab == open_) open_ = nullptr;
      *link = slab->next;
      std::free(slab);
    }
  }

 private:
  Slab* add(std::size_t bytes) {
    void* memory = nullptr;
    if (posix_memalign(&memory, slab_bytes, bytes) != 0) return nullptr;
#if defined(__linux__)
    madvise(memory, bytes / huge_page * huge_page, MADV_HUGEPAGE);  // no harm where it fails
#endif
    char* const begin = static_cast<char*>(memory);
    return first_ = new (memory) Slab{first_, begin + alignment, begin + bytes, 0};
  }
  Slab *first_ = nullptr, *open_ = nullptr;
};

class Cache {
 public:
  void* take(std::size_t bytes) {
    if (bytes > std::size_t{1} << 46)
      throw MemoryError(
          text("memory: ", bytes, " bytes are more than any machine has; try a smaller shape"));
    const int wanted = size_class(bytes);
    const std::size_t block_bytes = bytes_of(wanted);
    const std::lock_guard lock(mutex_);
    if (block_bytes > limit_ - std::min(limit_, live_)) fail(bytes);
    FreeBlock*& head = free_[wanted];
    void* block = head;
    if (head != nullptr) {
      head = head->next;
      cached_ -= block_bytes;
    } else {
      block = ask_system(block_bytes, bytes);
    }
    ++slab_of(block).live;
    live_ += block_bytes;
    peak_ = std::max(peak_, live_);
    return block;
  }

  void give(void* block, std::size_t bytes) {
    const int its = size_class(bytes);
    const std::lock_guard lock(mutex_);
    --slab_of(block).live;
    free_[its] = new (block) FreeBlock{free_[its]};
    live_ -= bytes_of(its);
    cached_ += bytes_of(its);
  }

  void release() {
    const std::lock_guard lock(mutex_);
    release_locked();
  }

  MemoryUse use() {
    const std::lock_guard lock(mutex_);
    return {live_, peak_, cached_, misses_};
  }
  void reset_peak() {
    const std::lock_guard lock(mutex_);
    peak_ = live_;
  }
  void set_limit(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    limit_ = bytes;
  }

 private:
  [[noreturn]] void fail(std::size_t bytes) const {
    const std::string limit =
        limit_ == no_limit ? std::string() : text(" and the limit is ", limit_);
    throw MemoryError(text("memory: no room for ", bytes, " bytes more, ", live_, " are in use",
                           limit, "; try a smaller batch or model"));
  }
  void* ask_system(std::size_t block_bytes, std::size_t bytes) {
    ++misses_;
    // Work on batches of many lengths leaves blocks of many sizes. Those that wait are never much
    // more than what was in use at once; where most of them cannot go, nobody looks at each miss.
    if (cached_ > std::max(peak_, 2 * kept_)) release_locked();
    void* block = slabs_.cut(block_bytes);
    if (block == nullptr) {
      release_locked();  // blocks of other sizes may make the room
      block = slabs_.cut(block_bytes);
    }
    if (block == nullptr) fail(bytes);
    return block;
  }
  void release_locked() {
    for (int i = 0; i < classes; ++i)
      for (FreeBlock** link = &free_[i]; *link != nullptr;) {
        if (slab_of(*link).live > 0) {
          link = &(*link)->next;
        } else {
          *link = (*link)->next;
          cached_ -= bytes_of(i);
        }
      }
    slabs_.release();
    kept_ = cached_;
  }

  std::mutex mutex_;
  Slabs slabs_;
  FreeBlock* free_[classes] = {};
  std::size_t live_ = 0, peak_ = 0, cached_ = 0;
  std::size_t kept_ = 0;  // what was still cached after the last release
  std::size_t limit_ = no_limit;
  std::uint64_t misses_ = 0;
};

// Never destroyed: tensors with static lifetime may outlive every other static object.
Cache& cache() {
  static Cache& instance = *new Cache;
  return instance;
}

// Lets the reference count lie in a cached block too.
template <class T>
struct CacheAllocator {
  using value_type = T;
  CacheAllocator() = default;
  template <class U>
  CacheAllocator(const CacheAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(cache().take(n * sizeof(T))); }
  void deallocate(T* block, std::size_t n) { cache().give(block, n * sizeof(T)); }
  friend bool operator==(CacheAllocator, CacheAllocator) { return true; }
};

}  // namespace

Storage::Storage(std::size_t bytes) : data_(cache().take(bytes)), bytes_(bytes) {}
Storage::~Storage() { cache().give(data_, bytes_); }

std::shared_ptr<Storage> allocate(std::size_t bytes) {
  return std::allocate_shared<Storage>(CacheAllocator<Storage>{}, bytes);
}

MemoryUse memory_use() { return cache().use(); }
void reset_peak_memory() { cache().reset_peak(); }
void set_memory_limit(std::size_t bytes) { cache().set_limit(bytes); }
void release_cached_memory() { cache().release(); }

}  // namespace ebb
