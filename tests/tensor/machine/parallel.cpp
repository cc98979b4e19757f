#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>
#include <utility>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

using namespace ebb;

namespace {

using Pieces = std::set<std::pair<std::int64_t, std::int64_t>>;

Pieces pieces_of(std::int64_t count, std::int64_t grain) {
  Pieces pieces;
  std::mutex mutex;
  parallel_for(count, grain, [&](std::int64_t begin, std::int64_t end) {
    const std::lock_guard lock(mutex);
    CHECK(pieces.insert({begin, end}).second);  // each once
  });
  return pieces;
}

// Does a product with a denormal number count as zero on this thread?
bool flushes() {
  volatile float tiny = 1e-40f, one = 1;
  volatile double tiny_double = 1e-310, one_double = 1;
  return tiny * one == 0 && tiny_double * one_double == 0;
}

}  // namespace

TEST_CASE("parallel_for: the same pieces for any number of threads") {
  for (const int count : {1, 2, 3, 4, 8}) {
    const Threads some(count);
    CHECK(pieces_of(0, 4).empty());
    CHECK(pieces_of(-1, 4).empty());
    CHECK(pieces_of(3, 4) == Pieces{{0, 3}});
    CHECK(pieces_of(4, 4) == Pieces{{0, 4}});
    CHECK(pieces_of(10, 4) == Pieces{{0, 4}, {4, 8}, {8, 10}});
    CHECK(pieces_of(1000, 1).size() == 1000);
  }
}

TEST_CASE("even_grain: threads get equal parts, of about what is worth one to nine times that") {
  for (const int count : {1, 2, 3, 8}) {
    const Threads some(count);
    for (const std::int64_t n : {1, 9, 100, 101, 4096, 100'000, 10'000'019})
      for (const std::int64_t least : {1, 10, 16'384}) {
        const std::int64_t grain = even_grain(n, least), pieces = (n + grain - 1) / grain;
        const std::int64_t most = std::min(n, (pieces + count - 1) / count * grain);
        CHECK(grain >= std::min(n, 2 * least / 3));
        CHECK(grain <= 9 * least);
        if (n >= least * count) CHECK(most <= (n + count - 1) / count + grain);
      }
  }
  CHECK(even_grain(0, 16'384) == 1);
  const Threads two(2);
  CHECK(even_grain(100'000, 16'384) == 50'000);
  CHECK(even_grain(20'000, 16'384) == 20'000);
}

TEST_CASE("parallel_for: as many threads take part as were asked for, more than there are cores") {
  for (const int count : {1, 2, 3, 4, 8}) {
    const Threads some(count);
    CHECK(threads() == count);
    CHECK(threads_that_ran() == 0);
    Rendezvous all(count);
    std::set<std::thread::id> who;
    std::mutex mutex;
    std::atomic<int> met{0};
    parallel_for(count, 1, [&](std::int64_t, std::int64_t) {
      met += all.arrive();
      const std::lock_guard lock(mutex);
      who.insert(std::this_thread::get_id());
    });
    CHECK(met == count);
    CHECK(who.size() == static_cast<std::size_t>(count));
    CHECK(who.contains(std::this_thread::get_id()));  // the caller is one of them
    CHECK(threads_that_ran() == count);
  }
}

TEST_CASE("parallel_for: a single piece, or a single thread, stays with the caller") {
  const auto caller = std::this_thread::get_id();
  bool stayed = true;
  const auto look = [&](std::int64_t, std::int64_t) {
    stayed &= std::this_thread::get_id() == caller;
  };
  {
    const Threads four(4);
    for (int i = 0; i < 100; ++i) parallel_for(7, 7, look);
  }
  const Threads one(1);
  parallel_for(100, 1, look);
  CHECK(stayed);
}

TEST_CASE("parallel_for: the first exception arrives at the caller, and all goes on") {
  for (const int count : {1, 2, 4}) {
    const Threads some(count);
    for (const std::int64_t grain : {1, 1000}) {
      CHECK_THROWS_WITH_AS(parallel_for(1000, grain,
                                        [](std::int64_t, std::int64_t end) {
                                          if (end > 500) throw std::range_error("no further");
                                        }),
                           "no further", std::range_error);
      CHECK(!flushes());
      CHECK(pieces_of(1000, 10).size() == 100);
    }
  }
}

TEST_CASE("parallel_for: loops may run inside loops") {
  for (const int count : {1, 2, 4}) {
    const Threads some(count);
    std::atomic<std::int64_t> sum{0};
    parallel_for(20, 1, [&](std::int64_t i, std::int64_t) {
      parallel_for(30, 7, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t j = begin; j < end; ++j) sum += i * j;
      });
    });
    CHECK(sum == 190 * 435);
  }
}

TEST_CASE("parallel_for: may be called from several threads at once") {
  const Threads two(2);
  std::vector<std::thread> callers;
  std::atomic<std::int64_t> sum{0};
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      for (int again = 0; again < 50; ++again)
        parallel_for(100, 3, [&](std::int64_t begin, std::int64_t end) { sum += end - begin; });
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(sum == 4 * 50 * 100);
}

TEST_CASE("alone: within the scope loops of a thread stay with it, which does not count") {
  const Threads some(3);
  std::thread([] {
    const AloneScope beside;
    parallel_for(100, 1, [me = std::this_thread::get_id()](std::int64_t, std::int64_t) {
      CHECK(std::this_thread::get_id() == me);
    });
    { const AloneScope again; }
    parallel_for(100, 1, [me = std::this_thread::get_id()](std::int64_t, std::int64_t) {
      CHECK(std::this_thread::get_id() == me);
    });
  }).join();
  CHECK(threads_that_ran() == 0);
}

TEST_CASE("set_threads: other numbers than 1 to 1024 are an error, and nothing changes") {
  const int before = threads();
  CHECK_THROWS_WITH_AS(set_threads(0), "threads: 0 is not a number of threads; try 1 to 1024",
                       Error);
  CHECK_THROWS_WITH_AS(set_threads(-3), "threads: -3 is not a number of threads; try 1 to 1024",
                       Error);
  CHECK_THROWS_WITH_AS(set_threads(1025), "threads: 1025 is not a number of threads; try 1 to 1024",
                       Error);
  CHECK(threads() == before);
}

TEST_CASE("set_threads: waits while another thread computes, whose results stay right") {
  const Threads before(1);
  std::atomic<bool> done{false};
  std::thread other([&] {
    for (int i = 0; i < 400; ++i) {
      std::atomic<std::int64_t> sum{0};
      parallel_for(1000, 10, [&](std::int64_t begin, std::int64_t end) { sum += end - begin; });
      CHECK(sum == 1000);
    }
    done = true;
  });
  for (int i = 0; !done; ++i) {
    set_threads(1 + i % 8);
    CHECK(threads() == 1 + i % 8);
    std::this_thread::yield();
  }
  other.join();
}

TEST_CASE("set_threads: within a loop it is an error on every thread, and nothing changes") {
  const Threads two(2);
  const AllThreads all;
  std::atomic<int> refused{0};
  parallel_for(2, 1, [&](std::int64_t, std::int64_t) {
    refused += message_of([] { set_threads(4); }) ==
               "threads: set_threads(4) within a parallel_for; try it before the loop or after it";
  });
  CHECK(refused == 2);
  CHECK(threads() == 2);
  set_threads(3);
  CHECK(threads() == 3);
}

#if defined(__SSE2__)
TEST_CASE("denormals: count as zero on every thread that computes, and afterwards as before") {
  REQUIRE(!flushes());
  for (const int count : {1, 2, 4}) {
    const Threads some(count);
    Rendezvous all(count);
    std::atomic<int> flushing{0};
    parallel_for(count, 1, [&](std::int64_t, std::int64_t) {
      all.arrive();
      parallel_for(2, 1, [](std::int64_t, std::int64_t) {});  // one inside does not undo it
      flushing += flushes();
    });
    CHECK(flushing == count);
    CHECK(!flushes());
  }
}

TEST_CASE("denormals: the caller's control register comes back bit for bit") {
  const unsigned before = _mm_getcsr();
  for (const unsigned mine : {before, before | 0x8000u, before | 0x40u, before | 0x4000u}) {
    for (const int count : {1, 4}) {
      const Threads some(count);
      _mm_setcsr(mine);
      parallel_for(1, 1, [](std::int64_t, std::int64_t) {});
      const unsigned after_one = _mm_getcsr();
      parallel_for(64, 1, [](std::int64_t, std::int64_t) {});
      const unsigned after_many = _mm_getcsr();
      _mm_setcsr(before);
      CHECK(after_one == mine);
      CHECK(after_many == mine);
    }
  }
}
#endif

TEST_CASE("denormals: functions take them as zero, whatever the size and the number of threads") {
  for (const std::int64_t n : {1, 5, 16, 300'000}) {
    const Tensor tiny = full({n}, 1e-40), tiny_double = full({n}, 1e-310, DType::float64);
    for (const int count : {1, 2, 4}) {
      const Threads some(count);
      CHECK(doubles(tiny * 1) == std::vector<double>(static_cast<std::size_t>(n), 0));
      CHECK(doubles(tiny_double * 1) == std::vector<double>(static_cast<std::size_t>(n), 0));
    }
    // A result that would be denormal is zero as well.
    CHECK(doubles(full({n}, 1e-30) * 1e-10) == std::vector<double>(static_cast<std::size_t>(n), 0));
  }
}
