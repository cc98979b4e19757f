#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <tools/common/counted_new.hpp>

namespace {

std::atomic<std::uint64_t> calls{0};
std::atomic<std::uint64_t> first_refused{1}, last_refused{0};

void* allocate(std::size_t bytes, std::size_t alignment) {
  const std::uint64_t number = calls.fetch_add(1, std::memory_order_relaxed) + 1;
  if (number >= first_refused.load(std::memory_order_relaxed) &&
      number <= last_refused.load(std::memory_order_relaxed))
    throw std::bad_alloc();
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void* block = alignment <= alignof(std::max_align_t)
                    ? std::malloc(bytes > 0 ? bytes : 1)
                    : std::aligned_alloc(alignment, rounded > 0 ? rounded : alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* allocate_or_null(std::size_t bytes) noexcept {
  try {
    return allocate(bytes, 1);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

std::uint64_t ebb::tools::calls_of_new() { return calls.load(std::memory_order_relaxed); }

void ebb::tools::refuse_new(std::uint64_t first, std::uint64_t last) {
  last_refused.store(0);  // so that no call falls between the old bounds and the new ones
  first_refused.store(first);
  last_refused.store(last);
}

// By default the forms for arrays and those that do not throw would call the first one. They are
// written out because a sanitizer has its own, whose memory our delete must not see.
void* operator new(std::size_t bytes) { return allocate(bytes, 1); }
void* operator new[](std::size_t bytes) { return allocate(bytes, 1); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate_or_null(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate_or_null(bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
