#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/baselines/compressors.hpp>

using namespace ebb;
using namespace ebb::tools;

// The programs' sizes of the same files.
TEST_CASE("compressors: as many bytes as xz -9e and bzip2 -9 make of a file") {
  std::string squares;
  for (std::uint32_t i = 0; i < 100'000; ++i) squares += static_cast<char>(i * i / 7 % 251);
  CHECK(xz_size(squares) == 5340);
  CHECK(bzip2_size(squares) == 9750);
  CHECK(xz_size("") == 32);
  CHECK(bzip2_size("") == 14);
  CHECK(xz_size("ebb") == 60);
  CHECK(bzip2_size("ebb") == 37);
}

TEST_CASE("compressors: gray pixels are bytes, those that are 0 or 1 bits") {
  CHECK(bytes_of(from_vector({{0.f, 1.f}, {0.5f, 2 / 255.f}})) == std::string("\0\xff\x80\2", 4));
  const Tensor binary = from_vector({{1.f, 0.f, 1.f}, {0.f, 0.f, 1.f}, {0.f, 1.f, 1.f}});
  CHECK(is_binary(binary));
  CHECK(!is_binary(from_vector({0.f, 0.5f})));
  CHECK(bytes_of(binary) == "\xa5\x80");
  CHECK(bytes_of(zeros({0, 4})) == "");
}
