#include <doctest/doctest.h>

#include <nn/data/text/lines.hpp>
#include <nn/files/file.hpp>
#include <tensor/error.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

std::vector<std::string> all(const nn::Lines& lines) {
  std::vector<std::string> found;
  for (std::int64_t i = 0; i < lines.count(); ++i) found.push_back(lines.line(i));
  return found;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("lines: ends of both kinds, empty lines, a byte order mark and no end at the end") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.txt").string();
  nn::write_file(path,
                 "\xEF\xBB\xBFone\r\n\n  \ntwo words \nthr\xC3\xA9"
                 "e");
  for (const std::uint64_t memory : {std::uint64_t{1} << 20, std::uint64_t{1}}) {
    const nn::Lines lines = nn::Lines::open(path, {.memory = memory});
    CHECK(all(lines) == Strings{"one", "two words ",
                                "thr\xC3\xA9"
                                "e"});
    CHECK(lines.in_memory() == (memory > 1));
    CHECK(lines.left_out() == 2);
    CHECK_THROWS_WITH_AS(static_cast<void>(lines.line(3)),
                         "line: 3 is outside [0, 3); lines count from 0", Error);
  }
}

TEST_CASE("lines: a carriage return that ends no line stays") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.txt").string();
  nn::write_file(path, "one two\rthree\r\nfour\n");
  for (const std::uint64_t memory : {std::uint64_t{1} << 20, std::uint64_t{0}})
    CHECK(all(nn::Lines::open(path, {.memory = memory})) == Strings{"one two\rthree", "four"});
}

TEST_CASE("lines: paragraphs end at empty lines, and their lines become one") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.txt").string();
  nn::write_file(path, "\n\none\ntwo\r\n\n \nthree\n\n");
  CHECK(all(nn::Lines::open(path, {.paragraphs = true})) == Strings{"one two", "three"});
  CHECK(all(nn::Lines::open(path, {.paragraphs = true, .memory = 0})) ==
        Strings{"one two", "three"});
}

TEST_CASE("lines: a file longer than what is read at a time") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.txt").string();
  std::string text;
  Strings expected;
  for (int i = 0; i < 200'000; ++i) {
    expected.push_back("line number " + std::to_string(i));
    text += expected.back() + '\n';
  }
  nn::write_file(path, text);
  REQUIRE(text.size() > 3 << 20);
  CHECK(all(nn::Lines::open(path)) == expected);
  const nn::Lines read = nn::Lines::open(path, {.memory = 0});
  CHECK(read.line(199'999) == expected.back());
  CHECK(read.line(77'777) == expected[77'777]);
}

TEST_CASE("lines: what is no text is named with its line and byte") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.txt").string();
  const auto message = [&](std::string_view bytes) {
    nn::write_file(path, bytes);
    return message_of<FormatError>([&] { return nn::Lines::open(path).count(); });
  };
  CHECK(message("one\ntw\xFFo\n") ==
        "text: " + path +
            " is not UTF-8: line 2, byte 3 is 255; is it a text file? try iconv to convert it");
  CHECK(message(std::string("a\0b", 3)) ==
        "text: " + path +
            " is not UTF-8: line 1, byte 2 is 0; is it a text file? try iconv to convert it");
  for (const char* const empty : {"", " \n\r\n"})
    CHECK(message(empty) ==
          "text: " + path +
              " has no line with a word in it; try a file with an example on each line");
  CHECK_THROWS_AS(nn::Lines::open((folder.path() / "missing.txt").string()), IoError);
}

TEST_CASE("lines: a file that is read when asked for and changed meanwhile is an error") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.txt").string();
  nn::write_file(path, "one\n\xC3\xA9\xC3\xA9 two\n");
  const nn::Lines lines = nn::Lines::open(path, {.memory = 0});
  std::FILE* const file = std::fopen(path.c_str(), "r+");
  std::fputs("one two three", file);
  std::fclose(file);
  CHECK(lines.line(0) == "one");
  CHECK(lines.line(1) == "two thre");
  std::FILE* const broken = std::fopen(path.c_str(), "r+");
  std::fputs("\xFF\xFF\xFF\xFF\xFF", broken);
  std::fclose(broken);
  CHECK(message_of<FormatError>([&] { return lines.line(1); }) ==
        "text: " + path + " changed while it was read; try again when nobody writes to it");
}
