// Memory of which the end is watched: to touch what lies behind it ends the program.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

// Room for `count` elements that end where a page begins that nobody may read or write.
template <class T>
class Guarded final {
 public:
  explicit Guarded(std::int64_t count) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t wanted = static_cast<std::size_t>(count) * sizeof(T);
    const std::size_t used = (wanted / page + 1) * page;
    bytes_ = used + page;
    pages_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages_ == MAP_FAILED) throw std::runtime_error("no pages");
    char* const end = static_cast<char*>(pages_) + used;
    mprotect(end, page, PROT_NONE);
    first_ = reinterpret_cast<T*>(end - wanted);
  }
  ~Guarded() { munmap(pages_, bytes_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  T* data() const { return first_; }
  T& operator[](std::int64_t i) const { return first_[i]; }

 private:
  void* pages_;
  std::size_t bytes_;
  T* first_;
};
