#include <doctest/doctest.h>

#include <tensor/machine/thread_probe.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>
#include <tests/tensor/machine/address_limit.hpp>

using ebb::detail::count_possible_threads;

namespace {
constexpr std::size_t megabyte = std::size_t{1} << 20;
}

TEST_CASE("thread_probe: as many as are wanted, where nothing stands against them") {
  CHECK(count_possible_threads(-1, megabyte, megabyte) == 0);
  CHECK(count_possible_threads(0, megabyte, megabyte) == 0);
  CHECK(count_possible_threads(1, megabyte, megabyte) == 1);
  CHECK(count_possible_threads(20, megabyte, megabyte) == 20);
}

TEST_CASE("thread_probe: a limit on address space lets through what fits, with what is to spare") {
  if (sanitizers != "none") return skip("sanitizers reserve more addresses than a limit leaves");
  const auto possible = [](std::size_t stack, std::size_t spare) {
    const AddressLimit limit(160 * megabyte);
    return count_possible_threads(8, stack * megabyte, spare * megabyte);
  };
  for (const int count : {possible(64, 1), possible(1, 64)}) {
    CHECK(count >= 1);
    CHECK(count <= 2);
  }
  CHECK(possible(200, 1) == 0);
  CHECK(possible(1, 200) == 0);
  CHECK(count_possible_threads(8, 64 * megabyte, 64 * megabyte) == 8);
}
