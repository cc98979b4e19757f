#include <doctest/doctest.h>

#include <nn/files/utf8.hpp>

using namespace ebb;
using namespace std::string_view_literals;

TEST_CASE("utf8: characters of one to four bytes") {
  CHECK(nn::first_letter("a").bytes == 1);
  CHECK(nn::first_letter("\xC3\xA9").bytes == 2);          // é
  CHECK(nn::first_letter("\xE2\x82\xAC").bytes == 3);      // €
  CHECK(nn::first_letter("\xF0\x9F\x99\x82").bytes == 4);  // U+1F642
  CHECK(nn::first_letter("").bytes == 0);
  CHECK(nn::first_letter("\xC3\xA9").code == 0xE9);
  CHECK(nn::first_letter("\xF0\x9F\x99\x82").code == 0x1F642);
  CHECK(nn::continues_letter('\xA9'));
  CHECK_FALSE(nn::continues_letter('\xC3'));
  CHECK(nn::first_broken_byte("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82z") == 11);
  CHECK(nn::first_broken_byte("") == 0);
}

// The table of well-formed sequences in the Unicode standard, 3.9, is exact at these edges.
TEST_CASE("utf8: a byte of 0 is UTF-8, but no text") {
  CHECK(nn::first_broken_byte("a\0b"sv) == 3);
  CHECK(nn::first_byte_of_no_text("a\0b"sv) == 1);
  CHECK(nn::first_byte_of_no_text("a\x80\0"sv) == 1);
  CHECK(nn::first_byte_of_no_text("ab"sv) == 2);
}

TEST_CASE("utf8: what the standard forbids is broken, its neighbor is not") {
  CHECK(nn::first_broken_byte("ab\x80"sv) == 2);    // the middle of a character
  CHECK(nn::first_broken_byte("ab\xC3"sv) == 2);    // cut short
  CHECK(nn::first_broken_byte("\xC1\xBF"sv) == 0);  // overlong
  CHECK(nn::first_broken_byte("\xC2\x80"sv) == 2);
  CHECK(nn::first_broken_byte("\xE0\x9F\xBF"sv) == 0);  // overlong
  CHECK(nn::first_broken_byte("\xE0\xA0\x80"sv) == 3);
  CHECK(nn::first_broken_byte("\xED\xA0\x80"sv) == 0);  // half a pair of UTF-16
  CHECK(nn::first_broken_byte("\xED\x9F\xBF"sv) == 3);
  CHECK(nn::first_broken_byte("\xF0\x8F\xBF\xBF"sv) == 0);  // overlong
  CHECK(nn::first_broken_byte("\xF4\x90\x80\x80"sv) == 0);  // above U+10FFFF
  CHECK(nn::first_broken_byte("\xF4\x8F\xBF\xBF"sv) == 4);
  CHECK(nn::first_broken_byte("\xF5\x80\x80\x80"sv) == 0);
}
