#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nn/data/digits.hpp>
#include <tensor/error.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

using namespace ebb;
using nn::draw_digits;
using nn::ImageDataset;

namespace {

std::array<int, 10> count_labels(const ImageDataset& images) {
  std::array<int, 10> counts = {};
  for (std::uint8_t label : images.labels()) ++counts.at(label);
  return counts;
}

bool same(const ImageDataset& a, const ImageDataset& b) {
  return std::ranges::equal(a.pixels(), b.pixels()) && std::ranges::equal(a.labels(), b.labels());
}

// The mean picture of each digit.
using Means = std::array<std::array<double, 784>, 10>;
Means means_of(const ImageDataset& images) {
  Means means = {};
  const auto counts = count_labels(images);
  for (std::int64_t i = 0; i < images.count(); ++i) {
    const auto digit = static_cast<std::size_t>(images.label(i));
    for (std::size_t j = 0; j < 784; ++j)
      means[digit][j] += static_cast<double>(images.image(i)[j]) / counts[digit];
  }
  return means;
}

int nearest(const Means& means, std::span<const std::uint8_t> image) {
  std::array<double, 10> distances = {};
  for (std::size_t digit = 0; digit < 10; ++digit)
    for (std::size_t j = 0; j < 784; ++j)
      distances[digit] += (image[j] - means[digit][j]) * (image[j] - means[digit][j]);
  return static_cast<int>(std::ranges::min_element(distances) - distances.begin());
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum_a += a[i], sum_b += b[i];
    aa += a[i] * a[i], bb += b[i] * b[i], ab += a[i] * b[i];
  }
  return (n * ab - sum_a * sum_b) / std::sqrt((n * aa - sum_a * sum_a) * (n * bb - sum_b * sum_b));
}

}  // namespace

TEST_CASE("draw_digits: as many pictures as asked for, all ten digits equally often, mixed") {
  const auto [train, test] = draw_digits({.train = 500, .test = 203});
  CHECK(train.count() == 500);
  CHECK(train.height() == 28);
  CHECK(train.width() == 28);
  CHECK(test.count() == 203);
  for (int count : count_labels(train)) CHECK(count == 50);
  for (int count : count_labels(test)) CHECK((count == 20 || count == 21));
  CHECK(!std::ranges::is_sorted(train.labels()));
  int repeats = 0;  // a cycle through the ten would have none
  for (std::int64_t i = 1; i < 500; ++i) repeats += train.label(i) == train.label(i - 1);
  CHECK(repeats > 20);
}

TEST_CASE("draw_digits: the same seed draws the same, another seed and the test split do not") {
  const auto first = draw_digits({.train = 100, .test = 100, .seed = 4});
  const auto again = draw_digits({.train = 100, .test = 100, .seed = 4});
  const auto other = draw_digits({.train = 100, .test = 100, .seed = 5});
  CHECK(same(first.train, again.train));
  CHECK(same(first.test, again.test));
  CHECK(!same(first.train, other.train));
  CHECK(!same(first.train, first.test));
}

TEST_CASE("draw_digits: 1, 2 and 4 threads draw the same") {
  const int before = threads();
  set_threads(1);
  const auto serial = draw_digits({.train = 300, .test = 10});
  for (int count : {2, 4}) {
    set_threads(count);
    const auto parallel = draw_digits({.train = 300, .test = 10});
    CHECK(same(serial.train, parallel.train));
    CHECK(same(serial.test, parallel.test));
  }
  set_threads(before);
}

TEST_CASE("draw_digits: every picture has ink in the middle, full ink somewhere, a clean border") {
  const auto [train, test] = draw_digits({.train = 2000, .test = 0});
  int inked = 0, dark = 0, clean = 0;
  double sum = 0;
  for (std::int64_t i = 0; i < train.count(); ++i) {
    const auto image = train.image(i);
    double ink = 0;
    int border = 0;
    for (std::size_t j = 0; j < 784; ++j) {
      ink += image[j] / 255.0;
      if (j < 28 || j >= 756 || j % 28 == 0 || j % 28 == 27) border += image[j];
    }
    sum += ink / 784;
    inked += ink > 15 && ink < 350;
    dark += *std::ranges::max_element(image) > 150;
    clean += border == 0;
  }
  CHECK(inked == train.count());
  CHECK(dark == train.count());
  CHECK(clean > train.count() * 95 / 100);
  CHECK(sum / 2000 == doctest::Approx(0.13).epsilon(0.1));  // MNIST's mean pixel
}

TEST_CASE("draw_digits: the nearest mean picture names most test pictures, so labels are right") {
  const auto [train, test] = draw_digits({.train = 2000, .test = 500});
  const Means means = means_of(train);
  int right = 0;
  for (std::int64_t i = 0; i < test.count(); ++i)
    right += nearest(means, test.image(i)) == test.label(i);
  CHECK(right > 350);  // chance would give 50
  CHECK(right < 500);  // pictures vary: no two hands write alike
}

TEST_CASE("draw_digits: factors say what each picture was drawn from") {
  const auto [train, test] = draw_digits({.train = 400, .test = 20, .seed = 2});
  const nn::Factors factors = train.factors();
  CHECK(factors.names == std::vector<std::string>{"digit", "style", "width", "slant", "rotation",
                                                  "size", "pen", "shift_across", "shift_down"});
  CHECK(factors.values.shape() == Shape{400, 9});
  CHECK(test.factors().values.shape() == Shape{20, 9});
  const double low[] = {0, 0, 0.85, -0.1, -0.2, 0.92, 0.7, -0.7, -0.7},
               high[] = {9, 4, 1.3, 0.5, 0.2, 1, 1.9, 0.7, 0.7};
  const std::vector<float> values = factors.values.to_vector<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(values[i] >= doctest::Approx(low[i % 9]));
    CHECK(values[i] <= doctest::Approx(high[i % 9]));
    if (i % 9 == 0) CHECK(values[i] == train.label(static_cast<std::int64_t>(i / 9)));
    if (i % 9 == 1) CHECK(values[i] == std::floor(values[i]));
  }
}

// What is seen in the picture, computed from its pixels, goes with what was drawn.
TEST_CASE("draw_digits: pictures follow their factors") {
  const ImageDataset train = draw_digits({.train = 1500, .test = 0}).train;
  const Tensor factors = train.factors().values;
  const auto column = [&](std::int64_t j) {
    std::vector<double> values;
    for (float value : slice(factors, 1, j, j + 1).to_vector<float>()) values.push_back(value);
    return values;
  };
  std::vector<double> across, down, ink;
  for (std::int64_t i = 0; i < train.count(); ++i) {
    double sum = 0, x = 0, y = 0;
    for (std::size_t j = 0; j < 784; ++j) {
      const double pixel = train.image(i)[j];
      sum += pixel, x += pixel * static_cast<double>(j % 28),
          y += pixel * static_cast<double>(j / 28);
    }
    across.push_back(x / sum), down.push_back(y / sum), ink.push_back(sum);
  }
  CHECK(correlation(column(6), ink) > 0.6);  // the pen
  CHECK(correlation(column(7), across) > 0.3);
  CHECK(correlation(column(8), down) > 0.2);
  CHECK(std::abs(correlation(column(7), down)) < 0.1);
  CHECK(std::abs(correlation(column(3), ink)) < 0.2);
}

TEST_CASE("draw_digits: no pictures are a set, too; a count out of range is refused") {
  const auto [train, test] = draw_digits({.train = 0, .test = 1});
  CHECK(train.count() == 0);
  CHECK(test.count() == 1);
  CHECK_THROWS_WITH_AS(draw_digits({.train = -1}), "draw_digits: -1 pictures; try 0 to 10000000",
                       Error);
  CHECK_THROWS_AS(draw_digits({.test = 20'000'000}), Error);
}
