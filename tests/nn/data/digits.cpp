#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <nn/data/digits.hpp>
#include <tensor/error.hpp>
#include <tensor/machine/parallel.hpp>

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

TEST_CASE("draw_digits: no pictures are a set, too; a count out of range is refused") {
  const auto [train, test] = draw_digits({.train = 0, .test = 1});
  CHECK(train.count() == 0);
  CHECK(test.count() == 1);
  CHECK_THROWS_WITH_AS(draw_digits({.train = -1}), "draw_digits: -1 pictures; try 0 to 10000000",
                       Error);
  CHECK_THROWS_AS(draw_digits({.test = 20'000'000}), Error);
}
