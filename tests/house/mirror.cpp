#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <tests/house/sources.hpp>

namespace {

// The files that a test says it covers: "// Covers: autograd/walk.cpp, nn/within.hpp". The list
// goes on in the next line where a line ends with a comma.
std::set<std::string> covered_by(const Source& test) {
  std::string list;
  for (const std::string& line : test.lines()) {
    const std::string start = list.empty() ? "// Covers: " : "// ";
    if (!line.starts_with(start)) break;
    list += line.substr(start.size());
    if (!list.ends_with(',')) break;
  }
  std::set<std::string> paths;
  std::istringstream names(list);
  for (std::string path; std::getline(names, path, ',');) paths.insert(trimmed(path));
  return paths;
}

// nn/layers/linear.hpp and nn/layers/linear.cpp are one thing, tested by
// tests/nn/layers/linear.cpp.
std::string without_ending(const std::string& path) { return path.substr(0, path.rfind('.')); }

}  // namespace

TEST_CASE("house: a test may say over several lines what else it covers") {
  using Paths = std::set<std::string>;
  CHECK(covered_by({"", "// Covers: a.cpp, b/c.hpp,\n// b/d.cpp\n// Words, e.cpp\n"}) ==
        Paths{"a.cpp", "b/c.hpp", "b/d.cpp"});
  CHECK(covered_by({"", "// Covers: a.cpp\n#include <b.hpp>\n"}) == Paths{"a.cpp"});
  CHECK(covered_by({"", "// Covers: a.cpp,\n#include <b.hpp>\n"}) == Paths{"a.cpp"});
  CHECK(covered_by({"", "// Words\n// Covers: a.cpp\n"}) == Paths{});
}

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
      CHECK_MESSAGE(tested.contains(without_ending(file.path)), file.path, " has no test");
}

// A test that Meson does not know is never run.
TEST_CASE("house: every test is built") {
  const std::string build = find_file("tests/meson.build")->text;
  for (const Source& file : cpp_files())
    if (file.is_test() && !file.is_header())
      CHECK_MESSAGE(build.find("'" + file.path.substr(6) + "'") != std::string::npos, file.path,
                    " is missing in tests/meson.build");
}
