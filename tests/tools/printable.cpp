#include <doctest/doctest.h>

#include <tools/printable.hpp>

TEST_CASE("printable: text stays as it is, in any script") {
  CHECK(printable("") == "");
  CHECK(printable("run/model.safetensors ~!") == "run/model.safetensors ~!");
  CHECK(printable("é ÿ \u00a0 ß 猫 😀 \U0010ffff") == "é ÿ \u00a0 ß 猫 😀 \U0010ffff");
}

TEST_CASE("printable: control characters become question marks, each one") {
  for (int c = 0; c < 32; ++c) CHECK(printable(std::string("a") + char(c) + "b") == "a?b");
  CHECK(printable("\x7f") == "?");
  CHECK(printable("\x1b[2J\x1b]0;title\x07") == "?[2J?]0;title?");
  for (int c = 0x80; c < 0xa0; ++c) CHECK(printable(std::string("a\xc2") + char(c) + "b") == "a?b");
  CHECK(printable("\xc2\xa0") == "\xc2\xa0");
}

TEST_CASE("printable: bytes that are no UTF-8 become question marks, each one") {
  CHECK(printable("\x9b"
                  "31m") == "?31m");  // what an 8-bit terminal takes for ESC [
  CHECK(printable("a\xff") == "a?");
  CHECK(printable("\xc3") == "?");
  CHECK(printable("\xe7\x8c") == "??");
  CHECK(printable("\xc1\x9b") == "??");       // too long for what it says
  CHECK(printable("\xe0\x82\x9b") == "???");  // likewise
  CHECK(printable("\xf0\x80\x82\x9b") == "????");
  CHECK(printable("\xed\xa0\x80") == "???");       // a surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "????");  // beyond the last
  CHECK(printable("\xe7\x1b\x8c") == "???");
}
