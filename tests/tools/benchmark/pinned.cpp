#include <doctest/doctest.h>
#include <sched.h>
#include <unistd.h>

#include <tests/tensor/support.hpp>
#include <thread>
#include <tools/benchmark/measure.hpp>

using namespace ebb::tools;

namespace {

int cores_of_this_thread() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  return CPU_COUNT(&set);
}

}  // namespace

TEST_CASE("bench pinned: each thread has one core while it lasts, and all of them after") {
  const int before = cores_of_this_thread();
  std::jthread other([](std::stop_token stop) {
    while (!stop.stop_requested()) std::this_thread::yield();
  });
  {
    const benchmark::Pinned pinned(getpid(), 2);
    CHECK(pinned.count() >= 2);
    CHECK(cores_of_this_thread() == 1);
  }
  CHECK(cores_of_this_thread() == before);
}

TEST_CASE("bench pinned: Ebb's own threads come, and those they begin are free in the end, too") {
  const int before = cores_of_this_thread();
  const Threads three(3);
  std::atomic<int> of_other{0};
  std::thread other;
  {
    const benchmark::Pinned pinned = benchmark::pin_own_threads(3);
    CHECK(pinned.count() >= 3);
    CHECK(cores_of_this_thread() == 1);
    other = std::thread([&] {
      while (cores_of_this_thread() == 1 && before > 1) std::this_thread::yield();
      of_other = cores_of_this_thread();
    });
  }
  other.join();
  CHECK(of_other == before);
}

TEST_CASE("bench pinned: one thread, and more than there are, run where they could before") {
  const int before = cores_of_this_thread();
  const benchmark::Pinned one(getpid(), 1), many(getpid(), 100'000);
  CHECK(one.count() == 0);
  CHECK(many.count() == 0);
  CHECK(cores_of_this_thread() == before);
}

TEST_CASE("bench pinned: a process that has ended has no threads") {
  CHECK(benchmark::Pinned(999'999'999, 2).count() == 0);
}
