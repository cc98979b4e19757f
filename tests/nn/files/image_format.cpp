#include <doctest/doctest.h>

#include <nn/files/image_format.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::checked_size;

TEST_CASE("image_format: numbers are big-endian") {
  CHECK(nn::number_at("\1\2\3\4", 1, 3) == 0x020304);
  CHECK(nn::number_at("\xff\xfe", 0, 2) == 0xfffe);
}

TEST_CASE("image_format: a size that a file cannot hold is refused before memory is taken") {
  const auto refusal = [](std::uint64_t height, std::uint64_t width, std::uint64_t bits,
                          std::size_t bytes) {
    return message_of<FormatError>(
        [&] { return checked_size(std::string(bytes, 'x'), "a", true, height, width, bits); });
  };
  CHECK(refusal(0, 5, 8, 99) == "image: a declares 0 by 5 pixels; it holds no picture");
  CHECK(refusal(5, 0, 8, 99) == "image: a declares 5 by 0 pixels; it holds no picture");
  for (const auto& [height, width] :
       {std::pair{10'001, 10'000}, {2'000'000, 1}, {1, 2'000'000}, {2'000'000'000, 2'000'000'000}})
    CHECK(
        refusal(static_cast<std::uint64_t>(height), static_cast<std::uint64_t>(width), 1, 1'000'000)
            .find("pixels; there can be at most 100,000,000, try a smaller copy") !=
        std::string::npos);
  CHECK(refusal(10'000, 10'000, 8, 96'000) ==
        "image: a declares 10,000 by 10,000 pixels, but has only 96,000 bytes; it is cut short or "
        "damaged");
  CHECK(checked_size(std::string(97'000, 'x'), "a", true, 10'000, 10'000, 8).channels == 3);
  CHECK(checked_size("x", "a", false, 10, 20, 1).channels == 1);
}
