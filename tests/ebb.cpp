// The one include, and what every public header says to a compiler of an older language.
#include <doctest/doctest.h>

#include <ebb.hpp>
#include <tests/house/sources.hpp>
#include <tests/install.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

namespace {

std::string flags() {
  return "-fsyntax-only -I" + in_quotes(source_folder) + " -I" + in_quotes(build_folder);
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += word.size())
    ++found;
  return found;
}

std::vector<std::string> public_headers() {
  std::vector<std::string> found;
  for (const std::string& header : Source{"", read_file(build_folder + "/ebb.hpp")}.includes())
    if (!header.starts_with("tensor/kernels/")) found.push_back(header);
  return found;
}

// Whether the first header of ours that it includes is tensor/error.hpp, or does so itself.
bool stops_old_compilers(const std::string& header) {
  if (header == "tensor/error.hpp") return true;
  if (const Source* file = find_file(header))
    for (const std::string& include : file->includes())
      if (find_file(include)) return stops_old_compilers(include);
  return false;
}

}  // namespace

TEST_CASE("ebb.hpp: a program that includes it alone compiles under strict warnings") {
  const TemporaryFolder place;
  write_file(place.path() / "user.cpp", user_program);
  shell(
      "$CXX -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror user.cpp " + flags(),
      options_in(place.path()));
}

TEST_CASE("ebb.hpp: a language older than C++20 is one #error") {
  const TemporaryFolder place;
  write_file(place.path() / "user.cpp",
             "#include <ebb.hpp>\nint main() { ebb::nobody_declared_this(); }\n");
  for (const std::string old : {"14", "17"}) {
    const Finished finished =
        run({"sh", "-c", "$CXX -std=c++" + old + " user.cpp " + flags()}, options_in(place.path()));
    INFO(finished.errors);
    CHECK(count(finished.errors, "error: ") == 2);  // and that the compiler stops
    CHECK(count(finished.errors, "Ebb is written in C++20: compile with -std=c++20 or later") > 0);
    CHECK(count(finished.errors, "\n") <= 12);
  }
}

// Whichever header comes first: what only C++20 can read stands behind tensor/error.hpp.
TEST_CASE("ebb.hpp: single headers stop an older compiler, too, or can be read by it") {
  const TemporaryFolder place;
  int stopping = 0;
  for (const std::string& header : public_headers()) {
    if (stops_old_compilers(header)) {
      ++stopping;
      continue;
    }
    write_file(place.path() / "user.cpp", "#include <" + header + ">\n");
    INFO(header, " should include tensor/error.hpp before its other headers of Ebb");
    shell("$CXX -std=c++17 user.cpp " + flags(), options_in(place.path()));
  }
  CHECK(stopping > 20);
}

TEST_CASE("version: the numbers are those of the build") {
  CHECK(EBB_VERSION == version);
  CHECK(std::to_string(EBB_VERSION_MAJOR) + "." + std::to_string(EBB_VERSION_MINOR) + "." +
            std::to_string(EBB_VERSION_PATCH) ==
        version);
}
