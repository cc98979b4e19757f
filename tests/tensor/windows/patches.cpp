#include <doctest/doctest.h>

#include <map>
#include <tensor/machine/isa.hpp>
#include <tensor/windows/patches.hpp>

using namespace ebb;
using detail::ChannelsLast, detail::Frame, detail::Machine, detail::Taps, detail::WindowAxis;

namespace {

// (place of the result, tap, place of the source), as often as it is met.
using Triples = std::map<std::vector<std::int64_t>, int>;

void add(Triples& all, const Taps& taps, std::int64_t source) {
  for (std::int64_t i = 0; i < taps.count; ++i)
    for (std::int64_t t = 0; t < taps.taps; ++t) {
      const std::int64_t from = i * taps.stride + t * taps.dilation - taps.before;
      if (from >= 0 && from < source)
        ++all[{taps.first + i * taps.step, taps.first_tap + t * taps.tap_step, from}];
    }
}

}  // namespace

TEST_CASE("taps: forward and backward are the definition, each of its terms once") {
  for (const std::int64_t stride : {1, 2, 3, 5})
    for (const std::int64_t dilation : {1, 2, 3, 4})
      for (const std::int64_t kernel : {1, 2, 3, 4})
        for (const std::int64_t before : {0, 1, 4})
          for (const std::int64_t in : {1, 2, 7, 10}) {
            const std::int64_t out = (in + 2 * before) / stride + 1;
            const WindowAxis axis = {in, out, kernel, stride, dilation, before};
            Triples forward, backward, expected, turned;
            for (std::int64_t i = 0; i < out; ++i)
              for (std::int64_t t = 0; t < kernel; ++t)
                if (const std::int64_t x = i * stride + t * dilation - before; x >= 0 && x < in) {
                  ++expected[{i, t, x}];
                  ++turned[{x, t, i}];
                }
            add(forward, forward_taps(axis), in);
            for (const Taps& taps : backward_taps(axis)) add(backward, taps, out);
            CHECK(forward == expected);
            CHECK(backward == turned);
          }
}

TEST_CASE("taps: a frame holds what all of them read") {
  const WindowAxis axis = {10, 5, 4, 2, 1, 1};
  CHECK(detail::frame_of({forward_taps(axis)}) == Frame{-1, 11});
  CHECK(forward_taps(axis).frame(1, 3) == Frame{1, 7});
  CHECK(detail::frame_of(backward_taps(axis)) == Frame{-1, 6});
  CHECK(detail::frame_of({}) == Frame{0, 0});
}

TEST_CASE_TEMPLATE("channels last: an image in a frame of zeros", T, float, double) {
  const Machine machine = {kernels_in_use().matmul.types[sizeof(T) == 8], sizeof(T)};
  for (const std::int64_t channels : {1, 2, 5, 16})
    for (const Frame columns : {Frame{0, 6}, Frame{-2, 7}, Frame{1, 4}}) {
      constexpr std::int64_t height = 5, width = 6;
      std::vector<T> image(static_cast<std::size_t>(channels * height * width));
      for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<T>(i + 1);
      ChannelsLast copy(machine, channels, 8, columns);
      for (const Frame rows : {Frame{-1, 7}, Frame{2, 4}, Frame{2, 4}, Frame{-1, 7}}) {
        copy.load(image.data(), height, width, rows);
        int wrong = 0;
        for (std::int64_t row = rows.begin; row < rows.end; ++row)
          for (std::int64_t column = columns.begin; column < columns.end; ++column)
            for (std::int64_t channel = 0; channel < channels; ++channel) {
              const bool inside = row >= 0 && row < height && column >= 0 && column < width;
              const std::int64_t at = (channel * height + row) * width + column;
              const T* found =
                  static_cast<const T*>(copy.at(row - rows.begin, column - columns.begin));
              wrong += found[channel] != (inside ? static_cast<T>(at + 1) : T(0));
            }
        CHECK(wrong == 0);
      }
    }
}
