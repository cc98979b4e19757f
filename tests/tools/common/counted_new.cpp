#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <thread>
#include <tools/common/counted_new.hpp>
#include <vector>

using namespace ebb::tools;

namespace {

// A compiler may leave out a pair of new and delete that it sees; what is written here it cannot.
void* volatile seen;

template <class T>
T* look_at(T* block) {
  seen = block;
  return block;
}

}  // namespace

TEST_CASE("counted new: one call for each block, whatever its form") {
  struct alignas(256) Wide {
    char bytes[300];
  };
  const std::uint64_t before = calls_of_new();
  int* const one = look_at(new int(1));
  Wide* const wide = look_at(new Wide());
  double* const many = look_at(new double[100]);
  char* const quiet = look_at(new (std::nothrow) char);
  const std::uint64_t after = calls_of_new();
  CHECK(after - before == 4);
  CHECK(reinterpret_cast<std::uintptr_t>(wide) % 256 == 0);
  delete one;
  delete wide;
  delete[] many;
  delete quiet;
  CHECK(calls_of_new() == after);
}

TEST_CASE("counted new: containers count where they grow, and so do other threads") {
  std::vector<int> numbers;
  std::uint64_t before = calls_of_new();
  numbers.reserve(1000);
  look_at(numbers.data());
  CHECK(calls_of_new() - before == 1);
  for (int i = 0; i < 1000; ++i) numbers.push_back(i);
  CHECK(calls_of_new() - before == 1);

  before = calls_of_new();
  std::thread([] {
    for (int i = 0; i < 10; ++i) delete look_at(new std::string);
  }).join();
  CHECK(calls_of_new() - before >= 10);
}

TEST_CASE("counted new: chosen calls are refused, and no other") {
  bool given[4] = {};
  const std::uint64_t now = calls_of_new();
  refuse_new(now + 2, now + 3);
  for (bool& one : given) {
    char* const block = look_at(new (std::nothrow) char);
    one = block != nullptr;
    delete block;
  }
  refuse_new(calls_of_new() + 1, std::numeric_limits<std::uint64_t>::max());
  bool thrown = false;
  try {
    delete look_at(new int);
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  refuse_new(1, 0);
  CHECK(given[0]);
  CHECK(!given[1]);
  CHECK(!given[2]);
  CHECK(given[3]);
  CHECK(thrown);
  delete look_at(new int);
}
