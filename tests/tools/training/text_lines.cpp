#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/training/text_lines.hpp>

using namespace ebb;

TEST_CASE("text lines: a line for each row, up to its end, without what steers a terminal") {
  const nn::Vocabulary bytes = nn::Vocabulary::bytes();
  const auto b = [](char c) {
    return static_cast<std::int32_t>(static_cast<unsigned char>(c)) + 1;
  };
  const Tensor tokens = from_vector<std::int32_t>(
      {b('h'), b('i'), 0, b('x'), b('\n'), b('\x1b'), b('\xC3'), b('o'), 0, 0, 0, 0}, {3, 4});
  CHECK(tools::lines_of(tokens, bytes) == std::vector<std::string>{"hi", "???o", ""});
  CHECK(tools::lines_of(zeros({0, 3}, DType::int32), bytes).empty());
}

TEST_CASE("text lines: codes on the line between two") {
  const Tensor two = from_vector({0.1f, -2.f, 0.7f, 6.f}, {2, 2});
  const std::vector<float> all = tools::codes_between(two, 5).to_vector<float>();
  REQUIRE(all.size() == 10);
  CHECK(std::vector(all.begin(), all.begin() + 2) == std::vector{0.1f, -2.f});
  CHECK(all[4] == doctest::Approx(0.4));
  CHECK(all[3] == 0);
  CHECK(std::vector(all.begin() + 8, all.end()) == std::vector{0.7f, 6.f});
}
