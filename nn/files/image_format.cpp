#include <nn/files/image_format.hpp>

namespace ebb::nn {
namespace {

constexpr std::uint64_t most_pixels = 100'000'000, longest_side = 1 << 20;
// Neither DEFLATE nor Huffman's codes get more bytes out of one: 1032 by the former.
constexpr std::uint64_t best_ratio = 1032;

}  // namespace

std::uint64_t number_at(std::string_view bytes, std::uint64_t place, int length) {
  std::uint64_t number = 0;
  for (int i = 0; i < length; ++i)
    number = number << 8 | static_cast<unsigned char>(bytes[place + static_cast<unsigned>(i)]);
  return number;
}

ImageSize checked_size(std::string_view bytes, const std::string& path, bool color,
                       std::uint64_t height, std::uint64_t width, std::uint64_t bits) {
  const auto shown = [&] { return text(grouped(height), " by ", grouped(width), " pixels"); };
  if (height == 0 || width == 0) refuse_image(path, "declares ", shown(), "; it holds no picture");
  if (height > longest_side || width > longest_side || height * width > most_pixels)
    refuse_image(path, "declares ", shown(), "; there can be at most ", grouped(most_pixels),
                 ", try a smaller copy");
  if (height * width * bits / 8 > bytes.size() * best_ratio)
    refuse_image(path, "declares ", shown(), ", but has only ",
                 grouped(std::uint64_t{bytes.size()}), " bytes; it is cut short or damaged");
  return {color ? 3 : 1, static_cast<std::int64_t>(height), static_cast<std::int64_t>(width)};
}

}  // namespace ebb::nn
