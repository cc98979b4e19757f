#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <nn/data/images.hpp>
#include <nn/data/loader.hpp>
#include <numeric>

using namespace ebb;
using nn::Batch;
using nn::ImageDataset;
using nn::Loader;

namespace {

// `count` pictures of one by three pixels, (i, 255, 0), with i as label.
ImageDataset numbered(int count) {
  std::vector<std::uint8_t> pixels, labels;
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<std::uint8_t>(i);
    pixels.insert(pixels.end(), {number, 255, 0});
    labels.push_back(number);
  }
  return ImageDataset(pixels, labels, 1, 3);
}

std::vector<std::int32_t> order_of(const Loader& loader, std::int64_t epoch) {
  std::vector<std::int32_t> order;
  for (const Batch& batch : loader.epoch(epoch))
    for (std::int32_t label : batch.targets.to_vector<std::int32_t>()) order.push_back(label);
  return order;
}

std::vector<std::int32_t> counted(int count) {
  std::vector<std::int32_t> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

TEST_CASE("loader: pixels arrive as floats between 0 and 1 beside their own labels") {
  const Loader loader(numbered(200), {.batch_size = 64, .seed = 3});
  for (const Batch& batch : loader.epoch(0)) {
    const auto pixels = batch.inputs.to_vector<float>();
    const auto labels = batch.targets.to_vector<std::int32_t>();
    CHECK(batch.inputs.shape() == Shape{static_cast<std::int64_t>(labels.size()), 1, 1, 3});
    for (std::size_t i = 0; i < labels.size(); ++i) {
      CHECK(pixels[3 * i] == doctest::Approx(labels[i] / 255.0));
      CHECK(pixels[3 * i + 1] == 1);
      CHECK(pixels[3 * i + 2] == 0);
    }
  }
}

TEST_CASE("loader: an epoch shows each picture once, the short last batch included") {
  for (const auto& [count, size, steps] :
       std::vector<std::array<int, 3>>{{10, 4, 3}, {8, 4, 2}, {3, 4, 1}, {5, 1, 5}, {0, 4, 0}}) {
    const Loader loader(numbered(count), {.batch_size = size});
    CHECK(loader.steps() == steps);
    CHECK(loader.epoch(7).steps() == steps);
    auto order = order_of(loader, 7);
    std::sort(order.begin(), order.end());
    CHECK(order == counted(count));
  }
  const Loader loader(numbered(10), {.batch_size = 4});
  CHECK(loader.epoch(0).batch(1).inputs.shape() == Shape{4, 1, 1, 3});
  CHECK(loader.epoch(0).batch(2).inputs.shape() == Shape{2, 1, 1, 3});
}

TEST_CASE("loader: the order follows from seed and epoch alone") {
  const Loader loader(numbered(100), {.batch_size = 7, .seed = 5});
  const auto third = order_of(loader, 3);
  CHECK(third != counted(100));
  CHECK(third != order_of(loader, 2));
  CHECK(third == order_of(loader, 3));
  CHECK(third == order_of(Loader(numbered(100), {.batch_size = 50, .seed = 5}), 3));
  CHECK(third != order_of(Loader(numbered(100), {.batch_size = 7, .seed = 6}), 3));
}

TEST_CASE("loader: one batch in the middle is the same as in a whole pass") {
  const Loader loader(numbered(30), {.batch_size = 4, .seed = 1});
  const auto order = order_of(loader, 2);
  const auto labels = loader.epoch(2).batch(5).targets.to_vector<std::int32_t>();
  CHECK(labels == std::vector<std::int32_t>(order.begin() + 20, order.begin() + 24));
}

TEST_CASE("loader: without shuffling every epoch has the order of the set") {
  const Loader loader(numbered(9), {.batch_size = 4, .shuffle = false});
  CHECK(order_of(loader, 0) == counted(9));
  CHECK(order_of(loader, 1) == counted(9));
}

TEST_CASE("loader: pictures without labels give batches without labels") {
  const Loader loader(ImageDataset(std::vector<std::uint8_t>(12), {}, 2, 2), {.batch_size = 2});
  const Batch batch = loader.epoch(0).batch(0);
  CHECK(batch.inputs.shape() == Shape{2, 1, 2, 2});
  CHECK(batch.targets.count() == 0);
}

TEST_CASE("loader: the first n pictures are all that it shows of a limited set") {
  auto order = order_of(Loader(numbered(50).first(6), {.batch_size = 4}), 0);
  std::sort(order.begin(), order.end());
  CHECK(order == counted(6));
}

TEST_CASE("loader: a short last batch can be left out") {
  const Loader loader(numbered(10), {.batch_size = 4, .seed = 2, .drop_last = true});
  CHECK(loader.steps() == 2);
  CHECK(loader.count() == 10);
  const auto order = order_of(loader, 3), whole = order_of(Loader(numbered(10), {.seed = 2}), 3);
  CHECK(order == std::vector<std::int32_t>(whole.begin(), whole.begin() + 8));
  CHECK(Loader(numbered(8), {.batch_size = 4, .drop_last = true}).steps() == 2);
  CHECK(Loader(ImageDataset(), {.drop_last = true}).steps() == 0);
  CHECK_THROWS_WITH_AS(
      Loader(numbered(3), {.batch_size = 4, .drop_last = true}),
      "loader: drop_last leaves none of 3 examples in batches of 4; try a smaller batch_size",
      Error);
}

TEST_CASE("loader: it says what its examples are") {
  const nn::Examples examples = Loader(numbered(7)).examples();
  CHECK(examples == nn::Examples{nn::ImageExample{1, 1, 3}, 7});
}

// Literals of the first loader that there was: runs are repeated years later.
TEST_CASE("loader: the order of a seed's epoch stays what it is") {
  CHECK(order_of(Loader(numbered(10), {.seed = 5}), 3) ==
        std::vector<std::int32_t>{9, 3, 2, 7, 4, 0, 8, 5, 1, 6});
}

TEST_CASE("loader: batch sizes and steps out of range are refused") {
  CHECK_THROWS_WITH_AS(Loader(numbered(3), {.batch_size = 0}),
                       "loader: a batch of 0 examples; try 1 to 1048576", Error);
  CHECK_THROWS_AS(Loader(numbered(3), {.batch_size = -1}), Error);
  CHECK_THROWS_AS(Loader(numbered(3), {.batch_size = 1 << 21}), Error);
  const Loader loader(numbered(3), {.batch_size = 2});
  CHECK_THROWS_WITH_AS(loader.epoch(0).batch(2), "batch: step 2 of 2; they count from 0", Error);
  CHECK_THROWS_AS(loader.epoch(0).batch(-1), Error);
}
