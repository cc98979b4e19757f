#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

std::size_t live() { return memory_use().live_bytes; }

// What a storage's own record takes beside the elements.
std::size_t record_bytes() {
  const std::size_t before = live();
  const auto one = allocate(256);
  return live() - before - 256;
}

}  // namespace

TEST_CASE(
    "allocate: 64-byte aligned, as many bytes as asked for, at most a quarter more is taken") {
  const std::size_t record = record_bytes();
  for (std::size_t bytes : {0, 1, 63, 64, 65, 255, 256, 257, 320, 321, 1000, 1024, 1025, 4096,
                            65537, 99999, 1000000, 1 << 20, 50 * 1000000}) {
    CAPTURE(bytes);
    const std::size_t before = live();
    const auto storage = allocate(bytes);
    const std::size_t taken = live() - before - record;
    CHECK(storage->bytes() == bytes);
    CHECK(reinterpret_cast<std::uintptr_t>(storage->data()) % 64 == 0);
    CHECK(taken >= bytes);
    CHECK(taken <= std::max<std::size_t>(256, bytes + bytes / 4 + 64));
    std::memset(storage->data(), 0xff, bytes);
  }
}

TEST_CASE("memory_use: live bytes come back, the peak stays until it is reset") {
  const std::size_t before = live();
  reset_peak_memory();
  CHECK(memory_use().peak_bytes == before);
  {
    const Tensor x = zeros({1000});
    CHECK(live() > before + 4000);
    const Tensor y = x, view = expand(x, {3, 1000});  // handles cost nothing
    CHECK(live() < before + 2 * 4000);
  }
  CHECK(live() == before);
  CHECK(memory_use().peak_bytes > before + 4000);
  reset_peak_memory();
  CHECK(memory_use().peak_bytes == before);
}

TEST_CASE("memory_use: the second time the cache has it, and the system is not asked") {
  const auto work = [] {
    const Tensor a = full({70, 90}, 2), b = full({90, 110}, 3);
    return sum(exp(matmul(a, b) * -1e-3)).item();
  };
  const double first = work();
  const std::uint64_t misses = memory_use().misses;
  for (int i = 0; i < 20; ++i) CHECK(work() == first);
  CHECK(memory_use().misses == misses);
}

TEST_CASE("release_cached_memory: gives back a large block, and the next one asks again") {
  constexpr std::size_t bytes = 5'000'000;
  { const auto storage = allocate(bytes); }
  const MemoryUse before = memory_use();
  CHECK(before.cached_bytes >= bytes);
  release_cached_memory();
  CHECK(memory_use().cached_bytes <= before.cached_bytes - bytes);
  CHECK(live() == before.live_bytes);
  CHECK(memory_use().misses == before.misses);
  { const auto storage = allocate(bytes); }
  CHECK(memory_use().misses > before.misses);
}

TEST_CASE("release_cached_memory: small blocks go when all of their slab are free") {
  constexpr std::size_t bytes = 3'000'000, count = 20;  // more than three slabs full
  std::vector<std::shared_ptr<Storage>> held;
  for (std::size_t i = 0; i < count; ++i) held.push_back(allocate(bytes));
  std::memset(held[7]->data(), 42, bytes);
  release_cached_memory();
  const std::size_t before = memory_use().cached_bytes;
  const auto kept = held[7];
  held.clear();
  CHECK(memory_use().cached_bytes >= before + (count - 1) * bytes);
  release_cached_memory();
  // Those beside the one that is kept may wait on, and in the first and the last slab.
  CHECK(memory_use().cached_bytes <= before + 15 * bytes);
  const std::uint64_t misses = memory_use().misses;
  for (std::size_t i = 0; i < 5; ++i) held.push_back(allocate(bytes));
  for (const auto& again : held) std::memset(again->data(), 0, bytes);
  CHECK(memory_use().misses <= misses + 5);
  const auto* const numbers = static_cast<const unsigned char*>(kept->data());
  CHECK(std::all_of(numbers, numbers + bytes, [](unsigned char number) { return number == 42; }));
}

TEST_CASE("memory_use: blocks of ever new sizes do not pile up in the cache") {
  release_cached_memory();
  const MemoryUse before = memory_use();
  reset_peak_memory();
  std::size_t largest = 5'000'000, most = 0;
  for (int i = 0; i < 12; ++i, largest += largest / 4) {
    { const auto storage = allocate(largest); }
    most = std::max(most, memory_use().cached_bytes);
  }
  // Twice the peak, where all blocks together were five times as much.
  const std::size_t peak = memory_use().peak_bytes;
  CHECK(most <= before.cached_bytes + 2 * peak);
  CHECK(live() == before.live_bytes);
}

TEST_CASE("memory limit: what would pass it is an error that names the numbers") {
  { const auto cached = allocate(40'000); }  // a block that waits in the cache counts as well
  const std::size_t limit = live() + 20'000;
  const MemoryLimit some(limit);
  const std::size_t record = record_bytes();
  CHECK_THROWS_WITH_AS(
      allocate(40'000),
      text("memory: no room for 40000 bytes more, ", live() + record,
           " are in use and the limit is ", limit, "; try a smaller batch or model")
          .c_str(),
      MemoryError);
  CHECK(allocate(10'000)->bytes() == 10'000);
}

TEST_CASE("memory limit: after an error everything is as it was, and usable") {
  const Tensor x = number_tensor({100, 100}, DType::float32);
  const Tensor expected = exp(x), product = matmul(x, x);
  const std::size_t before = live();
  {
    const MemoryLimit some(before + 10'000);
    CHECK_THROWS_AS(exp(x), MemoryError);
    CHECK_THROWS_AS(matmul(x, x), MemoryError);
    CHECK_THROWS_AS(exp(x) + exp(x), MemoryError);
    CHECK_THROWS_AS(softmax(x, 0), MemoryError);
    CHECK_THROWS_AS(zeros({10'000}), MemoryError);
    CHECK(live() == before);
    CHECK(sum(x, {0}).shape() == Shape{100});  // there is room for this
  }
  CHECK(live() == before);
  CHECK(same_bits(exp(x), expected));
  CHECK(same_bits(matmul(x, x), product));
  // A limit below what is in use takes nothing away.
  const MemoryLimit none(0);
  CHECK_THROWS_AS(allocate(0), MemoryError);
  CHECK(same_bits(x, x));
}

TEST_CASE("memory limit: is reached inside operations at any place without a leak") {
  const Tensor x = number_tensor({64, 300}, DType::float32);
  const auto work = [&] { return var(softmax(matmul(x, permute(x, {1, 0})) * 0.01, 0), {1}); };
  const Tensor expected = work();
  const std::size_t before = live();
  int failures = 0;
  for (std::size_t room = 0; room < 400'000; room += 1000) {
    const MemoryLimit some(before + room);
    try {
      const bool same = same_bits(work(), expected);
      CHECK(same);
    } catch (const MemoryError&) {
      ++failures;
    }
    CHECK(live() == before);
  }
  CHECK(failures > 5);
  CHECK(failures < 399);
}

TEST_CASE("allocate: more than any machine has is an error") {
  CHECK_THROWS_WITH_AS(
      allocate((std::size_t{1} << 46) + 1),
      "memory: 70368744177665 bytes are more than any machine has; try a smaller shape",
      MemoryError);
  CHECK_THROWS_AS(allocate(std::numeric_limits<std::size_t>::max()), MemoryError);
}

TEST_CASE("allocate: when the system has no more, the cache lets go, and then it is an error") {
  if (sanitizers != "none") return skip("sanitizers end the program when the system has no memory");
  { const auto cached = allocate(8 << 20); }
  const std::size_t waiting = memory_use().cached_bytes;
  const std::size_t record = record_bytes();
  rlimit before;
  REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(before.rlim_max, rlim_t{16} << 30);
  REQUIRE(setrlimit(RLIMIT_AS, &low) == 0);
  const std::string message = text("memory: no room for 68719476736 bytes more, ", live() + record,
                                   " are in use; try a smaller batch or model");
  std::string found;
  try {
    allocate(std::size_t{1} << 36);
  } catch (const MemoryError& error) {
    found = error.what();
  }
  const std::size_t cached = memory_use().cached_bytes;
  setrlimit(RLIMIT_AS, &before);
  CHECK(found == message);
  CHECK(cached <= waiting - (std::size_t{8} << 20));
  CHECK(exp(zeros({10})).to_vector<float>() == std::vector<float>(10, 1));
}

TEST_CASE("storage: what one thread makes another may free") {
  const std::size_t before = live();
  std::vector<Tensor> made(64);
  std::thread([&] {
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = full({1000}, static_cast<double>(i));
  }).join();
  std::vector<std::thread> workers;
  std::atomic<int> wrong{0};
  for (std::size_t worker = 0; worker < 4; ++worker)
    workers.emplace_back([&, worker] {
      for (std::size_t i = worker; i < made.size(); i += 4) {
        wrong += sum(made[i]).item() != 1000.0 * static_cast<double>(i);
        made[i] = Tensor();
        for (int again = 0; again < 20; ++again) {
          const Tensor own = full({1000}, static_cast<double>(worker));
          std::this_thread::yield();
          wrong += amax(own).item() != static_cast<double>(worker);
          wrong += amin(own).item() != static_cast<double>(worker);
        }
      }
    });
  for (std::thread& worker : workers) worker.join();
  CHECK(wrong == 0);
  CHECK(live() == before);
}

TEST_CASE("storage: counts the writes that were noted") {
  const auto storage = allocate(8);
  CHECK(storage->version() == 0);
  storage->note_write();
  storage->note_write();
  CHECK(storage->version() == 2);
}
