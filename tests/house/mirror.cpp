#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <tests/house/sources.hpp>

namespace {

// The files that a test says it covers: "// Covers: autograd/graph.cpp, nn/within.hpp".
std::set<std::string> covered_by(const Source& test) {
  const std::string first = test.lines().empty() ? "" : test.lines().front();
  std::set<std::string> paths;
  if (!first.starts_with("// Covers: ")) return paths;
  std::istringstream list(first.substr(11));
  for (std::string path; std::getline(list, path, ',');) paths.insert(trimmed(path));
  return paths;
}

// nn/linear.hpp and nn/linear.cpp are one thing, tested by tests/nn/linear.cpp.
std::string without_ending(const std::string& path) { return path.substr(0, path.rfind('.')); }

}  // namespace

TEST_CASE("house: every source file has a test") {
  std::set<std::string> tested;
  for (const Source& file : cpp_files()) {
    if (!file.is_test()) continue;
    tested.insert(without_ending(file.path).substr(6));
    for (const std::string& path : covered_by(file)) {
      CHECK_MESSAGE(find_file(path) != nullptr, file.path, " covers ", path,
                    ", which is not there");
      tested.insert(without_ending(path));
    }
  }
  for (const Source& file : cpp_files())
    if (!file.is_test())
      WARN_MESSAGE(tested.contains(without_ending(file.path)), file.path, " has no test");
}

// A test that Meson does not know is never run.
TEST_CASE("house: every test is built") {
  const std::string build = find_file("tests/meson.build")->text;
  for (const Source& file : cpp_files())
    if (file.is_test() && !file.is_header())
      CHECK_MESSAGE(build.find("'" + file.path.substr(6) + "'") != std::string::npos, file.path,
                    " is missing in tests/meson.build");
}
