#include <doctest/doctest.h>

#include <algorithm>
#include <tests/house/sources.hpp>

TEST_CASE("house: nothing is left to do, and no tool is told to look away") {
  const std::string words[] = {std::string("TO") + "DO", std::string("FIX") + "ME",
                               std::string("NO") + "LINT"};
  for (const Source& file : house_files())
    for (const std::string& word : words)
      CHECK_MESSAGE(file.text.find(word) == std::string::npos, file.path, " says ", word);
}

TEST_CASE("house: text files are plain") {
  for (const Source& file : house_files()) {
    if (file.path.ends_with(".png") || file.path.ends_with(".safetensors")) continue;
    CHECK_MESSAGE(file.text.find('\t') == std::string::npos, file.path, " has tabs");
    CHECK_MESSAGE(file.text.find('\r') == std::string::npos, file.path, " has carriage returns");
    CHECK_MESSAGE(file.text.find(" \n") == std::string::npos, file.path, " has trailing blanks");
    CHECK_MESSAGE((file.text.empty() || file.text.back() == '\n'), file.path, " ends in a line");
  }
}

TEST_CASE("house: the root holds nothing without a reason") {
  const std::string expected[] = {".clang-format", ".clang-tidy", ".gitignore",       "LICENSE",
                                  "README.md",     "meson.build", "meson_options.txt"};
  for (const Source& file : house_files())
    if (file.folder().empty())
      CHECK_MESSAGE(
          std::find(std::begin(expected), std::end(expected), file.path) != std::end(expected),
          file.path, " lies in the root");
}
