#include <doctest/doctest.h>

#include <tools/common/base64.hpp>

using ebb::tools::base64;

TEST_CASE("base64: the examples of RFC 4648, section 10, and all bits") {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) CHECK(base64(bytes) == text);
  CHECK(base64("\xff\xff\xfe") == "///+");
}
