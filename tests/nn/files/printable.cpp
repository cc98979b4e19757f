#include <doctest/doctest.h>

#include <nn/files/printable.hpp>

using ebb::nn::in_quotes;
using ebb::nn::printable;

TEST_CASE("printable: letters of any language and their signs stay") {
  for (const std::string name :
       {"", "model.safetensors", "größe/Ωmega/模型/🙂", "a b'\"\\", "\u00a0"})
    CHECK(printable(name) == name);
}

TEST_CASE("printable: what could steer a terminal becomes a question mark") {
  CHECK(printable("a\x1b[2Jb\n\r\tc\x7f") == "a?[2Jb???c?");
  CHECK(printable(std::string("\0x", 2)) == "?x");
  CHECK(printable("a\u0080b\u009b31mc\u009f") == "a?b?31mc?");  // C1: CSI in one letter
  CHECK(printable("model\u202egnp.exe\u2028\u2066\u200f") == "model?gnp.exe???");
}

TEST_CASE("printable: bytes that are no UTF-8 become one question mark each") {
  CHECK(printable("\x9b\x33\x31m") == "?31m");                 // C1 of eight-bit terminals
  CHECK(printable("caf\xe9") == "caf?");                       // Latin-1
  CHECK(printable("\xc0\x9b \xe0\x80\x9b") == "?? ???");       // overlong
  CHECK(printable("\xed\xa0\x80") == "???");                   // a surrogate
  CHECK(printable("\xf4\x90\x80\x80\xff") == "?????");         // beyond the last letter
  CHECK(printable("\xe2\x82") == "??");                        // cut off
  CHECK(printable("\xf4\x8f\xbf\xbd") == "\xf4\x8f\xbf\xbd");  // the last ones
}

TEST_CASE("in_quotes: a long name is cut between two letters") {
  CHECK(in_quotes("encoder.weight") == "'encoder.weight'");
  CHECK(in_quotes("a\nb") == "'a?b'");
  CHECK(in_quotes(std::string(60, 'x')) == "'" + std::string(60, 'x') + "'");
  CHECK(in_quotes(std::string(61, 'x')) == "'" + std::string(60, 'x') + "…'");
  CHECK(in_quotes(std::string(59, 'x') + "ü") == "'" + std::string(59, 'x') + "…'");
  CHECK(in_quotes(std::string(58, 'x') + "🙂🙂") == "'" + std::string(58, 'x') + "…'");
  CHECK(in_quotes(std::string(100, '\x80')).size() == 57 + 2 + 3);
}

TEST_CASE("grouped: a comma before every three digits") {
  using ebb::nn::grouped;
  CHECK(grouped(std::int64_t{0}) == "0");
  CHECK(grouped(std::int64_t{999}) == "999");
  CHECK(grouped(std::int64_t{1000}) == "1,000");
  CHECK(grouped(std::int64_t{47'040'016}) == "47,040,016");
  CHECK(grouped(UINT64_MAX) == "18,446,744,073,709,551,615");
}
