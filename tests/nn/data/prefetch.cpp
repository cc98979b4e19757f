#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <nn/data/prefetch.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <thread>

using namespace ebb;

namespace {

// Numbers 0 … 9, and who asked for them.
struct Slow final : nn::Dataset {
  std::int64_t count() const override { return 10; }
  nn::Examples examples() const override { return {nn::ArrayExample{{}}}; }
  nn::Batch gather(std::span<const std::int64_t> indices) const override {
    const std::lock_guard lock(mutex);
    asked.emplace_back(std::this_thread::get_id());
    std::vector<float> values;
    for (const std::int64_t i : indices) {
      if (i == broken) throw Error(text("slow: number ", i, " is broken; try another"));
      values.push_back(static_cast<float>(i));
    }
    return {.inputs = from_vector(values)};
  }
  std::int64_t broken = -1;
  mutable std::mutex mutex;
  mutable std::vector<std::thread::id> asked;
};

std::vector<float> numbers(const nn::Batch& batch) { return batch.inputs.to_vector<float>(); }

}  // namespace

TEST_CASE("prefetch: the same batches, and all but the first come from another thread") {
  const auto slow = std::make_shared<Slow>();
  const nn::Loader plain{slow, {.batch_size = 3, .seed = 4}};
  const nn::Loader ahead{slow, {.batch_size = 3, .seed = 4, .prefetch = true}};
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<std::vector<float>> expected, found;
    for (const nn::Batch& batch : plain.epoch(epoch)) expected.push_back(numbers(batch));
    slow->asked.clear();
    const nn::Epoch batches = ahead.epoch(epoch);
    for (const nn::Batch& batch : batches) found.push_back(numbers(batch));
    CHECK(found == expected);
    CHECK(batches.seconds_waited() > 0);
    REQUIRE(slow->asked.size() == 4);
    CHECK(slow->asked[0] == std::this_thread::get_id());
    for (int i = 1; i < 4; ++i)
      CHECK(slow->asked[static_cast<std::size_t>(i)] != std::this_thread::get_id());
  }
  CHECK(plain.epoch(0).seconds_waited() == 0);
}

TEST_CASE("prefetch: steps may be asked for in any order, and again") {
  const auto slow = std::make_shared<Slow>();
  const nn::Epoch plain = nn::Loader{slow, {.batch_size = 2}}.epoch(1);
  nn::Prefetch ahead(plain);
  CHECK(ahead.steps() == 5);
  for (const std::int64_t step : {3, 4, 0, 1, 1, 2, 2, 3, 0, 4, 4})
    CHECK(numbers(ahead.batch(step)) == numbers(plain.batch(step)));
  CHECK_THROWS_WITH_AS(static_cast<void>(ahead.batch(5)), "batch: step 5 of 5; they count from 0",
                       Error);
}

TEST_CASE("prefetch: what goes wrong is said when that batch is asked for") {
  const auto slow = std::make_shared<Slow>();
  slow->broken = 5;
  const nn::Epoch epoch =
      nn::Loader{slow, {.batch_size = 2, .shuffle = false, .prefetch = true}}.epoch(0);
  CHECK(numbers(epoch.batch(0)) == std::vector<float>{0, 1});
  CHECK(numbers(epoch.batch(1)) == std::vector<float>{2, 3});
  CHECK_THROWS_WITH_AS(static_cast<void>(epoch.batch(2)), "slow: number 5 is broken; try another",
                       Error);
  CHECK(numbers(epoch.batch(3)) == std::vector<float>{6, 7});
  CHECK(numbers(epoch.batch(1)) == std::vector<float>{2, 3});  // and step 2 is left behind
}
