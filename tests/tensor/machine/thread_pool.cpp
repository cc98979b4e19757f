#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <tensor/machine/thread_pool.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>
#include <tests/tensor/machine/address_limit.hpp>
#include <tests/tensor/support.hpp>

using ebb::detail::ThreadPool;

namespace {

using Body = std::function<void(std::int64_t)>;

bool run(std::int64_t count, Body body) {
  return ThreadPool::instance().run(
      count, [](void* the_body, std::int64_t i) { (*static_cast<Body*>(the_body))(i); }, &body);
}

// Waits until `done`, or for too long.
bool becomes_true(const std::function<bool()>& done) {
  for (int i = 0; i < 10'000'000 && !done(); ++i) std::this_thread::yield();
  return done();
}

}  // namespace

TEST_CASE("thread_pool: each task runs once, on any number of threads and for any of tasks") {
  for (const int count : {1, 2, 3, 8}) {
    const Threads some(count);
    for (const std::int64_t tasks : {1, 2, 3, 7, 8, 9, 100, 1001}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(tasks));
      CHECK(run(tasks, [&](std::int64_t i) { ++runs[static_cast<std::size_t>(i)]; }));
      CHECK(std::all_of(runs.begin(), runs.end(), [](const auto& one) { return one == 1; }));
    }
  }
}

TEST_CASE("thread_pool: each thread begins with a stretch of its own") {
  constexpr int count = 4, stretch = 10;
  const Threads four(count);
  for (int again = 0; again < 20; ++again) {
    Rendezvous all(count);
    std::map<std::thread::id, std::int64_t> first;
    std::mutex mutex;
    CHECK(run(count * stretch, [&](std::int64_t i) {
      {
        const std::lock_guard lock(mutex);
        first.emplace(std::this_thread::get_id(), i);
      }
      if (i % stretch == 0) CHECK(all.arrive());
    }));
    CHECK(first.size() == count);
    CHECK(first[std::this_thread::get_id()] == 0);
    for (const auto& [thread, task] : first) CHECK(task % stretch == 0);
  }
}

TEST_CASE("thread_pool: with all threads, each runs its own stretch, all of it and nothing else") {
  constexpr int stretch = 3;
  for (const int count : {1, 2, 5, 8}) {
    const Threads some(count);
    const AllThreads all;
    for (int again = 0; again < 100; ++again) {
      std::vector<std::thread::id> who(static_cast<std::size_t>(count * stretch));
      CHECK(run(count * stretch, [&](std::int64_t i) {
        who[static_cast<std::size_t>(i)] = std::this_thread::get_id();
      }));
      std::map<std::thread::id, std::int64_t> first;
      for (std::size_t i = 0; i < who.size(); ++i) {
        const auto begin = static_cast<std::int64_t>(i - i % stretch);
        CHECK(first.emplace(who[i], begin).first->second == begin);
      }
      CHECK(first.size() == static_cast<std::size_t>(count));
      CHECK(first[std::this_thread::get_id()] == 0);
    }
  }
}

TEST_CASE("thread_pool: what a thread leaves undone the others take") {
  const Threads two(2);
  std::atomic<int> done{0};
  std::atomic<bool> begun{false};
  CHECK(run(20, [&](std::int64_t i) {
    if (i == 0) CHECK(becomes_true([&] { return begun.load(); }));
    if (i == 10) {  // the helper stays with the first task of its stretch
      begun = true;
      CHECK(becomes_true([&] { return done == 19; }));
    }
    ++done;
  }));
  CHECK(done == 20);
}

TEST_CASE("thread_pool: a loop within a loop or beside it is left to its caller") {
  const Threads two(2);
  std::atomic<int> refused{0};
  CHECK(run(4, [&](std::int64_t) { refused += !run(4, [](std::int64_t) { FAIL("called"); }); }));
  CHECK(refused == 4);
  CHECK(run(2, [&](std::int64_t i) {
    if (i == 0) std::thread([&] { refused += !run(2, [](std::int64_t) {}); }).join();
  }));
  CHECK(refused == 5);
  CHECK(run(4, [](std::int64_t) {}));
}

TEST_CASE("thread_pool: after an exception no task begins, and the first one arrives") {
  for (const int count : {2, 4}) {
    const Threads some(count);
    std::atomic<int> after{0};
    std::atomic<bool> thrown{false};
    CHECK_THROWS_WITH_AS(run(1000,
                             [&](std::int64_t) {
                               if (!thrown.exchange(true)) throw std::range_error("enough");
                               std::this_thread::sleep_for(std::chrono::microseconds(100));
                               ++after;
                             }),
                         "enough", std::range_error);
    CHECK(after < 999);
    CHECK(run(10, [](std::int64_t) {}));
  }
}

TEST_CASE("thread_pool: what a helper throws arrives at the caller") {
  const Threads two(2);
  std::atomic<bool> begun{false};
  const auto helper = [&] {
    return run(1000, [&](std::int64_t i) {
      if (i == 0) CHECK(becomes_true([&] { return begun.load(); }));
      if (i == 500) {  // the first task of the helper's stretch
        begun = true;
        throw std::range_error("enough");
      }
    });
  };
  for (int again = 0; again < 3; ++again) {
    begun = false;
    CHECK_THROWS_WITH_AS(helper(), "enough", std::range_error);
    CHECK(run(10, [](std::int64_t) {}));
  }
}

TEST_CASE("thread_pool: helpers that have gone to sleep come again, and other numbers of them") {
  for (const int count : {2, 5, 3, 8, 2}) {
    const Threads some(count);
    for (int again = 0; again < 3; ++again) {
      Rendezvous all(count);
      CHECK(run(count, [&](std::int64_t) { CHECK(all.arrive()); }));
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }
  }
}

TEST_CASE("thread_pool: what a task wrote is there when the loop returns") {
  const Threads four(4);
  std::vector<std::int64_t> values(64);
  std::int64_t wrong = 0;
  for (std::int64_t round = 1; round <= 2000; ++round) {
    run(64, [&](std::int64_t i) { values[static_cast<std::size_t>(i)] += i; });
    for (std::int64_t i = 0; i < 64; ++i) wrong += values[static_cast<std::size_t>(i)] != round * i;
  }
  CHECK(wrong == 0);
}

TEST_CASE("thread_pool: where the system allows fewer threads it has those, and more later") {
  if (sanitizers != "none") return skip("sanitizers reserve more addresses than a limit leaves");
  const Threads one(1);
  int fewer = 0;
  {
    const AddressLimit limit(std::size_t{500} << 20);
    CHECK(ThreadPool::instance().resize(100));
    fewer = ThreadPool::instance().threads();
    CHECK(fewer >= 2);
    CHECK(fewer < 100);
    Rendezvous all(fewer);
    CHECK(run(fewer, [&](std::int64_t) { CHECK(all.arrive()); }));
  }
  CHECK(ThreadPool::instance().resize(fewer + 1));
  CHECK(ThreadPool::instance().threads() == fewer + 1);
  Rendezvous all(fewer + 1);
  CHECK(run(fewer + 1, [&](std::int64_t) { CHECK(all.arrive()); }));
}

TEST_CASE("thread_pool: a resize waits for the loop beside it, and one within a loop is refused") {
  const Threads two(2);
  std::atomic<bool> begun{false}, resized{false};
  std::thread beside;
  CHECK(run(2, [&](std::int64_t) {
    CHECK(!ThreadPool::instance().resize(3));
    if (begun.exchange(true)) return;
    beside = std::thread([&] { resized = ThreadPool::instance().resize(3); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(!resized);
    CHECK(ThreadPool::instance().threads() == 2);
  }));
  beside.join();
  CHECK(resized);
  CHECK(ThreadPool::instance().threads() == 3);
}
