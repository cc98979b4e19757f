#include <doctest/doctest.h>

#include <algorithm>
#include <tests/house/sources.hpp>

// What few files include costs all the others time.
TEST_CASE("precompiled: a header is read for all programs because many files include it") {
  std::vector<Source> programs = cpp_files();
  std::erase_if(programs, [](const Source& file) { return !file.path.starts_with("tools/"); });
  const std::vector<std::string> headers = find_file("tools/precompiled/common.hpp")->includes();
  CHECK(headers.size() >= 5);
  for (const std::string& header : headers) {
    const auto including = std::ranges::count_if(programs, [&](const Source& file) {
      const std::vector<std::string> its = file.includes();
      return std::ranges::find(its, header) != its.end();
    });
    CHECK_MESSAGE(including > 10, header, " is in ", including, " files");
  }
}
