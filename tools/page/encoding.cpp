#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nn/files/image.hpp>
#include <nn/files/utf8.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>
#include <tensor/shape.hpp>
#include <tensor/views.hpp>
#include <tools/common/base64.hpp>
#include <tools/page/encoding.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

std::uint8_t byte_of(float value) {
  return value > 0 ? static_cast<std::uint8_t>(255 * std::min(value, 1.0f) + 0.5f) : 0;
}

}  // namespace

Json packed(const std::vector<float>& numbers) {
  float largest = 0;
  for (const float number : numbers)
    if (std::isfinite(number)) largest = std::max(largest, std::fabs(number));
  constexpr float most = 32'767;
  const float scale = largest > 0 ? largest / most : 1;
  std::string bytes;
  for (const float number : numbers) {
    const long whole = std::isfinite(number) ? std::lround(number / scale) : 0;
    const auto bits = static_cast<std::uint16_t>(std::clamp(whole, -32'767L, 32'767L));
    bytes += static_cast<char>(bits & 255);
    bytes += static_cast<char>(bits >> 8);
  }
  return {{"scale", scale}, {"int16", base64(bytes)}};
}

Json rounded(double number, int digits) {
  if (!std::isfinite(number)) return nullptr;
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", digits, number);
  return Json::parse(text);
}

Json rounded(const std::vector<double>& numbers, int digits) {
  Json list = Json::array();
  for (const double number : numbers) list.push_back(rounded(number, digits));
  return list;
}

std::string cut(const std::string& text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  std::size_t end = most_bytes;
  while (end > 0 && nn::continues_letter(text[end])) --end;
  return text.substr(0, end) + "…";
}

Json sprite(const Tensor& images) {
  const std::int64_t n = images.size(0), channels = images.size(1), height = images.size(2),
                     width = images.size(3);
  constexpr std::int64_t widest = 2048;
  const std::int64_t columns = std::clamp<std::int64_t>(widest / width, 1, n);
  const std::int64_t full_height = divide_up(n, columns) * height, full_width = columns * width;
  nn::Image picture{{channels, full_height, full_width}, {}};
  picture.pixels.assign(static_cast<std::size_t>(channels * full_height * full_width), 0);
  const std::vector<float> values = images.to_vector<float>();
  for (std::int64_t i = 0; i < n * channels * height; ++i) {  // a line of one channel of an image
    const std::int64_t image = i / height / channels, channel = i / height % channels;
    const std::int64_t row = channel * full_height + image / columns * height + i % height;
    const std::int64_t to = row * full_width + image % columns * width;
    std::transform(values.begin() + i * width, values.begin() + (i + 1) * width,
                   picture.pixels.begin() + to, byte_of);
  }
  return {{"columns", columns},
          {"count", n},
          {"shape", {channels, height, width}},
          {"png", "data:image/png;base64," + base64(encode_png(picture))}};
}

Tensor shrunk(const Tensor& images) {
  constexpr std::int64_t longest = 96;
  const std::int64_t n = images.size(0), channels = images.size(1);
  const std::int64_t times = divide_up(std::max(images.size(2), images.size(3)), longest);
  const std::int64_t height = images.size(2) / times, width = images.size(3) / times;
  if (times == 1 || height == 0 || width == 0) return images;
  const Tensor whole = slice(slice(images, 2, 0, height * times), 3, 0, width * times);
  return mean(reshape(whole, {n, channels, height, times, width, times}), {3, 5});
}

}  // namespace ebb::tools
