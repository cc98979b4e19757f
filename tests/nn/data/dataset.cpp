#include <doctest/doctest.h>

#include <nn/data/loader.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::SharedDataset;

namespace {

// A dataset of somebody else's: example i is the number i squared. Counts its living copies.
class Squares final : public nn::Dataset {
 public:
  explicit Squares(std::int64_t count, int* alive = nullptr) : count_(count), alive_(alive) {
    if (alive_) ++*alive_;
  }
  Squares(const Squares& other) : Squares(other.count_, other.alive_) {}
  ~Squares() override {
    if (alive_) --*alive_;
  }
  std::int64_t count() const override { return count_; }
  nn::Batch gather(std::span<const std::int64_t> indices) const override {
    std::vector<float> squares;
    for (std::int64_t i : indices) squares.push_back(static_cast<float>(i * i));
    return {.inputs = from_vector(squares)};
  }
  nn::Examples examples() const override { return {nn::ArrayExample{.inputs = {}}}; }

 private:
  std::int64_t count_;
  int* alive_;
};

}  // namespace

TEST_CASE("dataset: three functions of one's own are enough for a loader") {
  const nn::Loader loader{Squares(5), {.batch_size = 3, .shuffle = false}};
  CHECK(loader.count() == 5);
  CHECK(loader.examples().shape() == Shape{});
  const nn::Batch last = loader.epoch(0).batch(1);
  CHECK(last.inputs.to_vector<float>() == std::vector<float>{9, 16});
  for (const Tensor& none : {last.targets, last.mask, last.lengths}) CHECK(none.count() == 0);
}

TEST_CASE("dataset: who shares one keeps it alive, and lets it go") {
  int alive = 0;
  {
    const auto epoch = nn::Loader(Squares(3, &alive)).epoch(0);
    CHECK(alive == 1);
    CHECK(epoch.batch(0).inputs.count() == 3);
    const SharedDataset a = std::make_shared<Squares>(2, &alive);
    const SharedDataset b = a;
    CHECK(alive == 2);
    CHECK(&*a == &*b);
    CHECK(b->count() == 2);
  }
  CHECK(alive == 0);
}

TEST_CASE("dataset: a null pointer is refused") {
  CHECK(message_of([] { return SharedDataset(std::shared_ptr<Squares>()); }) ==
        "dataset: a std::shared_ptr with 0 owners holds no dataset; try std::make_shared");
}

TEST_CASE("dataset: examples say their shape and compare as values") {
  const nn::Examples image{nn::ImageExample{3, 32, 24}, 10};
  CHECK(image.shape() == Shape{3, 32, 24});
  const nn::Examples array{nn::ArrayExample{.inputs = {7, 2}, .targets = {}}};
  CHECK(array.shape() == Shape{7, 2});
  CHECK(array.classes == 0);
  CHECK(image == nn::Examples{nn::ImageExample{3, 32, 24}, 10});
  CHECK(image != nn::Examples{nn::ImageExample{3, 32, 24}, 9});
  CHECK(image != nn::Examples{nn::ArrayExample{.inputs = {3, 32, 24}}, 10});
  CHECK(nn::Examples{}.shape() == Shape{});
}

TEST_CASE("indices_between: from the first up to, but without, the last; perhaps none") {
  using Indices = std::vector<std::int64_t>;
  CHECK(nn::indices_between(3, 6) == Indices{3, 4, 5});
  CHECK(nn::indices_between(2, 2) == Indices{});
  CHECK(nn::indices_between(5, 2) == Indices{});
}
