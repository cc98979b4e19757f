#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <chrono>
#include <mutex>
#include <tensor/machine/thread_probe.hpp>
#include <thread>
#include <vector>

namespace ebb::detail {
namespace {

struct Thread {
  pthread_t id;
  void* spare;
};

// Addresses without memory, or nullptr.
void* reserve(std::size_t bytes) {
  void* const begin =
      mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return begin == MAP_FAILED ? nullptr : begin;
}

void* pass(void* gate) {
  const std::lock_guard lock(*static_cast<std::mutex*>(gate));
  return nullptr;
}

// Of this process, as the system counts them. Not known elsewhere than on Linux: 0.
std::size_t count_threads() {
  struct stat folder;
  return stat("/proc/self/task", &folder) == 0 ? folder.st_nlink : 0;
}

// A thread that has been joined may count against the limit for some microseconds more, on a busy
// machine for milliseconds. Does not wait for ever: somebody else may have started a thread.
void wait_until_gone(std::size_t threads_before) {
  const auto start = std::chrono::steady_clock::now();
  while (count_threads() > threads_before &&
         std::chrono::steady_clock::now() - start < std::chrono::milliseconds(200))
    std::this_thread::yield();
}

}  // namespace

int count_possible_threads(int wanted, std::size_t stack, std::size_t spare) {
  if (wanted < 1) return 0;
  std::vector<Thread> threads(static_cast<std::size_t>(wanted));
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return 0;
  pthread_attr_setstacksize(&attributes, stack);
  const std::size_t threads_before = count_threads();
  std::size_t count = 0;
  std::mutex gate;
  {
    const std::lock_guard closed(gate);  // so that none ends before the last has begun
    for (; count < threads.size(); ++count) {
      Thread& next = threads[count];
      next.spare = reserve(spare);
      if (next.spare == nullptr) break;
      if (pthread_create(&next.id, &attributes, pass, &gate) != 0) {
        munmap(next.spare, spare);
        break;
      }
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    pthread_join(threads[i].id, nullptr);
    munmap(threads[i].spare, spare);
  }
  wait_until_gone(threads_before);
  pthread_attr_destroy(&attributes);
  return static_cast<int>(count);
}

}  // namespace ebb::detail
