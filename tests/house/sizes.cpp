#include <doctest/doctest.h>

#include <algorithm>
#include <tests/house/sources.hpp>

TEST_CASE("house: files are short") {
  std::vector<std::size_t> sizes;
  std::size_t over_300 = 0;
  for (const Source& file : cpp_files()) {
    const std::size_t lines = file.lines().size();
    CHECK_MESSAGE(lines <= 500, file.path, " has ", lines, " lines");
    if (lines > 300) MESSAGE(file.path, " has ", lines, " lines; it may hold two ideas");
    over_300 += lines > 300;
    sizes.push_back(lines);
  }
  REQUIRE(sizes.size() > 100);
  std::sort(sizes.begin(), sizes.end());
  CHECK(100 * over_300 <= 3 * sizes.size());
  CHECK(sizes[sizes.size() / 2] <= 110);
}
