#include <algorithm>
#include <cmath>
#include <nn/data/resize.hpp>
#include <tensor/error.hpp>
#include <utility>

namespace ebb::nn {
namespace {

constexpr int weight_bits = 22;  // weights are whole numbers, so that every machine rounds alike

// The old pixels that make a new one: `first` and those behind it, with their weights.
struct Mean {
  std::int64_t first = 0;
  std::vector<std::int32_t> weights;
};

std::vector<Mean> means(std::int64_t old_length, std::int64_t new_length) {
  const double step = static_cast<double>(old_length) / static_cast<double>(new_length);
  const double reach = std::max(step, 1.0);
  std::vector<Mean> all;
  for (std::int64_t i = 0; i < new_length; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * step;
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(center - reach + 0.5));
    const auto last = std::min(old_length, static_cast<std::int64_t>(center + reach + 0.5));
    std::vector<double> heights;
    double sum = 0;
    for (std::int64_t j = first; j < last; ++j) {
      const double away = std::abs((static_cast<double>(j) - center + 0.5) / reach);
      heights.push_back(std::max(0.0, 1 - away));
      sum += heights.back();
    }
    Mean& mean = all.emplace_back(Mean{first, {}});
    for (const double height : heights)
      mean.weights.push_back(static_cast<std::int32_t>(0.5 + height / sum * (1 << weight_bits)));
  }
  return all;
}

// Means along lines: pixel i of a line stands `step` behind the one before it.
void fill_line(const std::uint8_t* from, std::uint8_t* to, std::int64_t step,
               const std::vector<Mean>& all) {
  for (const Mean& mean : all) {
    std::int64_t sum = 1 << (weight_bits - 1);
    const std::uint8_t* pixel = from + mean.first * step;
    for (const std::int32_t weight : mean.weights) {
      sum += std::int64_t{weight} * *pixel;
      pixel += step;
    }
    *to = static_cast<std::uint8_t>(std::min<std::int64_t>(sum >> weight_bits, 255));
    to += step;
  }
}

Image empty_image(std::int64_t channels, std::int64_t height, std::int64_t width) {
  Image image{{channels, height, width}, {}};
  image.pixels.resize(static_cast<std::size_t>(channels * height * width));
  return image;
}

Image with_width(Image image, std::int64_t width) {
  if (width == image.size.width) return image;
  const std::vector<Mean> all = means(image.size.width, width);
  Image wide = empty_image(image.size.channels, image.size.height, width);
  for (std::int64_t row = 0; row < image.size.channels * image.size.height; ++row)
    fill_line(image.pixels.data() + row * image.size.width, wide.pixels.data() + row * width, 1,
              all);
  return wide;
}

Image with_height(Image image, std::int64_t height) {
  if (height == image.size.height) return image;
  const std::int64_t width = image.size.width;
  const std::vector<Mean> all = means(image.size.height, height);
  Image high = empty_image(image.size.channels, height, width);
  for (std::int64_t channel = 0; channel < image.size.channels; ++channel)
    for (std::int64_t x = 0; x < width; ++x)
      fill_line(image.pixels.data() + channel * image.size.height * width + x,
                high.pixels.data() + channel * height * width + x, width, all);
  return high;
}

}  // namespace

Image resize(Image image, std::int64_t height, std::int64_t width) {
  if (height < 1 || width < 1)
    throw Error(text("resize: ", height, " by ", width, " pixels; try at least 1 by 1"));
  return with_height(with_width(std::move(image), width), height);
}

Image crop(Image image, std::int64_t height, std::int64_t width) {
  const auto [channels, old_height, old_width] = image.size;
  const auto part = [](std::int64_t length, std::int64_t a, std::int64_t b) {
    const double exact =
        static_cast<double>(length) * static_cast<double>(a) / static_cast<double>(b);
    return std::max<std::int64_t>(1, std::llround(exact));
  };
  const std::int64_t new_height = std::min(old_height, part(old_width, height, width));
  const std::int64_t new_width = std::min(old_width, part(old_height, width, height));
  if (new_height == old_height && new_width == old_width) return image;
  const std::int64_t top = (old_height - new_height) / 2, left = (old_width - new_width) / 2;
  Image middle = empty_image(channels, new_height, new_width);
  for (std::int64_t row = 0; row < channels * new_height; ++row) {
    const std::int64_t old_row = row / new_height * old_height + top + row % new_height;
    std::copy_n(image.pixels.data() + old_row * old_width + left, new_width,
                middle.pixels.data() + row * new_width);
  }
  return middle;
}

Image with_channels(Image image, std::int64_t channels) {
  const std::int64_t old = image.size.channels;
  if (old == channels) return image;
  if (std::min(old, channels) != 1 || std::max(old, channels) != 3)
    throw Error(text("with_channels: ", old, " channels as ", channels, "; try 1 or 3"));
  Image other = empty_image(channels, image.size.height, image.size.width);
  const std::size_t plane = image.pixels.size() / static_cast<std::size_t>(old);
  const std::uint8_t* const from = image.pixels.data();
  for (std::size_t i = 0; i < other.pixels.size(); ++i)
    other.pixels[i] = channels == 3
                          ? from[i % plane]
                          : static_cast<std::uint8_t>((19595u * from[i] + 38470u * from[i + plane] +
                                                       7471u * from[i + 2 * plane] + 0x8000u) >>
                                                      16);
  return other;
}

}  // namespace ebb::nn
