#include <doctest/doctest.h>
#include <sched.h>
#include <unistd.h>

#include <thread>
#include <tools/benchmark/pinned.hpp>

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
    const bench::Pinned pinned(getpid(), 2);
    CHECK(pinned.count() >= 2);
    CHECK(cores_of_this_thread() == 1);
  }
  CHECK(cores_of_this_thread() == before);
}

TEST_CASE("bench pinned: one thread, and more than there are, run where they could before") {
  const int before = cores_of_this_thread();
  const bench::Pinned one(getpid(), 1), many(getpid(), 100'000);
  CHECK(one.count() == 0);
  CHECK(many.count() == 0);
  CHECK(cores_of_this_thread() == before);
}

TEST_CASE("bench pinned: a process that has ended has no threads") {
  CHECK(bench::Pinned(999'999'999, 2).count() == 0);
}
