#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nn/data/augment.hpp>
#include <nn/data/images.hpp>
#include <nn/data/loader.hpp>
#include <nn/data/tensor_dataset.hpp>
#include <set>
#include <tensor/makers.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Augmentation;

namespace {

using Values = std::vector<float>;

// Pictures of [2, 16, 24], all with value i at place i.
nn::Batch pictures(std::int64_t count) {
  Values values;
  for (std::int64_t n = 0; n < count; ++n)
    for (int i = 0; i < 2 * 16 * 24; ++i) values.push_back(static_cast<float>(i) / 1024);
  return {.inputs = from_vector(values, {count, 2, 16, 24})};
}

std::vector<std::int64_t> numbers(std::int64_t count) {
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < count; ++i) all.push_back(i);
  return all;
}

// A function of row and column, for picture n and its second channel.
template <class Check>
void for_all_pixels(const Tensor& x, std::int64_t n, const Check& check) {
  const Values values = x.to_vector<float>();
  for (std::int64_t row = 0; row < 16; ++row)
    for (std::int64_t column = 0; column < 24; ++column)
      check(row, column,
            1024 * values[static_cast<std::size_t>(((n * 2 + 1) * 16 + row) * 24 + column)] - 384);
}

Tensor changed(const Augmentation& ways, std::int64_t count = 50) {
  return augment(pictures(count), numbers(count), Random{3}, ways).inputs;
}

}  // namespace

TEST_CASE("augment: a shift moves whole pixels, and repeats the edge") {
  const Tensor x = changed({.shift = true});
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (std::int64_t n = 0; n < 50; ++n) {
    std::int64_t down = 0, right = 0;
    for_all_pixels(x, n, [&](std::int64_t row, std::int64_t column, float value) {
      if (row == 8 && column == 12) {  // far from the edge
        const auto old = static_cast<std::int64_t>(value);
        down = old / 24 - 8;
        right = old % 24 - 12;
      }
    });
    CHECK(std::abs(down) <= 2);
    CHECK(std::abs(right) <= 3);
    seen.insert({down, right});
    bool all = true;
    for_all_pixels(x, n, [&](std::int64_t row, std::int64_t column, float value) {
      const std::int64_t y = std::clamp<std::int64_t>(row + down, 0, 15);
      const std::int64_t z = std::clamp<std::int64_t>(column + right, 0, 23);
      all = all && value == static_cast<float>(24 * y + z);
    });
    CHECK(all);
  }
  CHECK(seen.size() > 15);  // of 35
}

TEST_CASE("augment: every other picture is flipped, and the others are as they were") {
  const Tensor x = changed({.flip = true}, 400);
  int flipped = 0;
  for (std::int64_t n = 0; n < 400; ++n) {
    bool same = true, turned = true;
    for_all_pixels(x, n, [&](std::int64_t row, std::int64_t column, float value) {
      same = same && value == static_cast<float>(24 * row + column);
      turned = turned && value == static_cast<float>(24 * row + 23 - column);
    });
    CHECK(same != turned);
    flipped += turned;
  }
  CHECK(std::abs(flipped - 200) < 50);
}

// On a ramp a part is a ramp again, less steep.
TEST_CASE("augment: a part is stretched to the whole") {
  const Tensor x = changed({.crop = true});
  for (std::int64_t n = 0; n < 50; ++n) {
    Values values;
    for_all_pixels(x, n, [&](std::int64_t, std::int64_t, float value) { values.push_back(value); });
    const float right = values[8 * 24 + 13] - values[8 * 24 + 12];
    const float down = values[9 * 24 + 12] - values[8 * 24 + 12];
    CHECK(right > 0.799f);
    CHECK(right < 1.001f);
    CHECK(down > 0.799f * 24);
    CHECK(down < 1.001f * 24);
    CHECK(*std::min_element(values.begin(), values.end()) >= 0);
    CHECK(*std::max_element(values.begin(), values.end()) <= 383);
  }
}

TEST_CASE("augment: noise has its deviation, and values stay in [0, 1]") {
  const nn::Batch gray = {.inputs = full({40, 1, 20, 20}, 0.5)};
  const Values values =
      augment(gray, numbers(40), Random{1}, {.noise = true}).inputs.to_vector<float>();
  double sum = 0, squares = 0;
  for (const float value : values) sum += value - 0.5, squares += std::pow(value - 0.5, 2);
  CHECK(std::abs(sum / 16'000) < 0.002);
  CHECK(std::abs(std::sqrt(squares / 16'000) - 0.05) < 0.002);
  const nn::Batch white = {.inputs = full({2, 1, 20, 20}, 1)};
  const Values clipped =
      augment(white, numbers(2), Random{1}, {.noise = true}).inputs.to_vector<float>();
  CHECK(*std::max_element(clipped.begin(), clipped.end()) == 1);
}

TEST_CASE("augment: what is drawn follows from seed, epoch and example alone") {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 12 * 64; ++i) bytes.push_back(static_cast<std::uint8_t>(31 * i % 256));
  const nn::ImageDataset images(bytes, {}, 8, 8);
  const Augmentation all = {.shift = true, .flip = true, .crop = true, .noise = true};
  const auto of_epoch = [&](std::int64_t batch, std::uint64_t seed, std::int64_t epoch,
                            bool ahead) {
    Values values;
    const nn::Loader loader{images,
                            {.batch_size = batch, .seed = seed, .prefetch = ahead, .augment = all}};
    for (const nn::Batch& part : loader.epoch(epoch))
      for (const float value : part.inputs.to_vector<float>()) values.push_back(value);
    return values;
  };
  const Values first = of_epoch(5, 1, 0, false);
  CHECK(first.size() == 12 * 64);
  CHECK(of_epoch(5, 1, 0, true) == first);
  CHECK(of_epoch(12, 1, 0, false) == first);
  CHECK(of_epoch(5, 1, 1, false) != first);
  CHECK(of_epoch(5, 2, 0, false) != first);
}

TEST_CASE("augment: only pictures can be changed") {
  const nn::TensorDataset rows{arange(6, DType::float32)};
  CHECK_THROWS_WITH_AS((nn::Loader{rows, {.augment = {.flip = true}}}),
                       "loader: examples of shape [] are no pictures; try without augment", Error);
  const std::vector<std::int64_t> two = {0, 1};
  CHECK_THROWS_WITH_AS(
      static_cast<void>(nn::augment({.inputs = zeros({2, 3})}, two, Random{}, {.flip = true})),
      "augment: inputs [2, 3] for 2 numbers; try pictures [n, channels, height, width]",
      ShapeError);
}
