#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nn/data/loader.hpp>
#include <nn/data/split.hpp>
#include <nn/data/tensor_dataset.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::split, nn::Subset;

namespace {

nn::TensorDataset counted(int count) { return nn::TensorDataset{arange(count)}; }

std::vector<std::int64_t> indices_of(const Subset& part) {
  return {part.indices().begin(), part.indices().end()};
}

}  // namespace

TEST_CASE("split: each example is in exactly one part, in the order of the set") {
  const auto parts = split(counted(103), {0.7, 0.2, 0.1}, 5);
  CHECK(parts[0].count() == 72);  // the bounds 72.1 and 92.7, rounded
  CHECK(parts[1].count() == 21);
  CHECK(parts[2].count() == 10);
  std::vector<std::int64_t> all;
  for (const Subset& part : parts) {
    CHECK(std::ranges::is_sorted(part.indices()));
    all.insert(all.end(), part.indices().begin(), part.indices().end());
  }
  std::ranges::sort(all);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == static_cast<std::int64_t>(i));
  CHECK(all.size() == 103);
  CHECK(parts[0].indices()[71] > 71);  // mixed: it is not simply the front
}

TEST_CASE("split: the seed alone decides") {
  const auto [first, rest] = split(counted(50), {0.5, 0.5}, 1);
  const auto [again, other] = split(counted(50), {0.5, 0.5}, 1);
  CHECK(indices_of(first) == indices_of(again));
  CHECK(indices_of(rest) == indices_of(other));
  CHECK(indices_of(first) != indices_of(split(counted(50), {0.5, 0.5}, 2)[0]));
  CHECK(split(counted(7), {1})[0].count() == 7);
}

TEST_CASE("split: a part is a dataset, shares the whole and can be split again") {
  const nn::TensorDataset whole(arange(40), zeros({40}, DType::int32));
  const auto [train, test] = split(whole, {0.75, 0.25}, 3);
  CHECK(train.examples() == whole.examples());
  const nn::Loader loader{test, {.batch_size = 10, .shuffle = false}};
  const auto shown = loader.epoch(0).batch(0).inputs.to_vector<float>();
  for (std::size_t i = 0; i < shown.size(); ++i)
    CHECK(shown[i] == static_cast<float>(test.indices()[i]));
  const auto halves = split(train, {0.5, 0.5}, 3);
  CHECK(halves[0].count() + halves[1].count() == 30);
  std::vector<float> expected;
  for (std::size_t i : {14u, 0u}) {
    const std::int64_t in_train = halves[0].indices()[i];
    expected.push_back(static_cast<float>(train.indices()[static_cast<std::size_t>(in_train)]));
  }
  const std::vector<std::int64_t> two = {14, 0};
  CHECK(halves[0].gather(two).inputs.to_vector<float>() == expected);
}

TEST_CASE("split: fractions that are none, do not add up or leave a part empty are refused") {
  CHECK(message_of([] {
          return split(counted(5), {1.2, -0.2});
        }) == "split: a fraction of 1.2; try more than 0 and at most 1");
  CHECK(message_of([] {
          return split(counted(5), {0, 1});
        }) == "split: a fraction of 0; try more than 0 and at most 1");
  CHECK_THROWS_AS(static_cast<void>(split(counted(5), {1, std::nan("")})), Error);
  CHECK(message_of([] {
          return split(counted(5), {0.5, 0.25});
        }) == "split: fractions add up to 0.75, not 1; try another part for the rest");
  CHECK(message_of([] {
          return split(counted(5), {0.05, 0.95});
        }) == "split: a fraction of 0.05 of 5 examples holds none; try a larger one");
}

TEST_CASE("subset: indices outside the set, or outside the subset, are refused") {
  CHECK(message_of([] {
          return Subset(counted(5), {1, 5});
        }) == "subset: index 5 at place 1 is outside [0, 5); examples count from 0");
  const Subset two(counted(5), {4, 1});
  const std::vector<std::int64_t> second = {1}, third = {2};
  CHECK(two.gather(second).inputs.item() == 1);
  CHECK_THROWS_WITH_AS(two.gather(third),
                       "subset: index 2 at place 0 is outside [0, 2); examples count from 0",
                       Error);
}
