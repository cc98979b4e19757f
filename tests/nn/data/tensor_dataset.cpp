#include <doctest/doctest.h>

#include <nn/data/loader.hpp>
#include <nn/data/tensor_dataset.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::TensorDataset;

namespace {

nn::Batch gather(const nn::Dataset& dataset, const std::vector<std::int64_t>& indices) {
  return dataset.gather(indices);
}

}  // namespace

TEST_CASE("tensor_dataset: its batches are the rows asked for, repeats included") {
  const TensorDataset dataset(from_vector({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}}),
                              from_vector({7, 8, 9}));
  CHECK(dataset.count() == 3);
  const nn::Batch batch = gather(dataset, {2, 0, 2, 1});
  CHECK(batch.inputs.shape() == Shape{4, 2});
  CHECK(batch.inputs.to_vector<float>() == std::vector<float>{5, 6, 1, 2, 5, 6, 3, 4});
  CHECK(batch.targets.shape() == Shape{4});
  CHECK(batch.targets.to_vector<std::int32_t>() == std::vector<std::int32_t>{9, 7, 9, 8});
  CHECK(batch.mask.count() == 0);
  CHECK(gather(dataset, {}).inputs.shape() == Shape{0, 2});
}

TEST_CASE("tensor_dataset: any dtype and any view, and targets of any shape or none") {
  const Tensor x = reshape(arange(24, DType::float64), {4, 3, 2});
  const TensorDataset dataset(transpose(x),
                              expand(from_vector<float>({{1}, {2}, {3}, {4}}), {4, 2}));
  const nn::Batch batch = gather(dataset, {1});
  CHECK(batch.inputs.shape() == Shape{1, 2, 3});
  CHECK(batch.inputs.to_vector<double>() == std::vector<double>{6, 8, 10, 7, 9, 11});
  CHECK(batch.targets.to_vector<float>() == std::vector<float>{2, 2});
  const TensorDataset alone(from_vector<std::int32_t>({4, 5}));
  CHECK(gather(alone, {1}).inputs.to_vector<std::int32_t>() == std::vector<std::int32_t>{5});
  CHECK(gather(alone, {1}).targets.count() == 0);
}

TEST_CASE("tensor_dataset: examples say shapes and the number of classes") {
  const auto examples = [](const Tensor& targets) {
    return TensorDataset(zeros({3, 4, 5}), targets).examples();
  };
  using nn::ArrayExample, nn::Examples;
  CHECK(examples(from_vector({2, 0, 5})) == Examples{ArrayExample{{4, 5}, {}}, 6});
  CHECK(examples(from_vector({2, -1, 5})) == Examples{ArrayExample{{4, 5}, {}}, 0});
  CHECK(examples(zeros({3, 2}, DType::int32)) == Examples{ArrayExample{{4, 5}, {2}}, 0});
  CHECK(examples(zeros({3, 2})) == Examples{ArrayExample{{4, 5}, {2}}, 0});
  CHECK(examples({}) == Examples{ArrayExample{{4, 5}, {0}}, 0});
}

TEST_CASE("tensor_dataset: a loader shows each row once beside its own target") {
  const Tensor x = reshape(arange(20), {10, 2}), y = arange(10);
  const nn::Loader loader{TensorDataset{x, y}, {.batch_size = 4, .seed = 1}};
  int shown = 0;
  double sum = 0;
  for (const nn::Batch& batch : loader.epoch(0))
    for (std::int64_t i = 0; i < batch.inputs.size(0); ++i, ++shown) {
      const double target = batch.targets[i].item();
      CHECK(batch.inputs[i].to_vector<float>() ==
            std::vector<float>{static_cast<float>(2 * target), static_cast<float>(2 * target + 1)});
      sum += target;
    }
  CHECK(shown == 10);
  CHECK(sum == 45);
}

TEST_CASE("tensor_dataset: arrays that fit no examples, and indices outside, are refused") {
  CHECK_THROWS_WITH_AS(TensorDataset(zeros({0, 3})),
                       "tensor_dataset: inputs [0, 3] hold no examples; the first axis must count "
                       "them, try reshape",
                       ShapeError);
  CHECK_THROWS_AS(TensorDataset(zeros({})), ShapeError);
  CHECK_THROWS_AS(TensorDataset(Tensor{}), ShapeError);
  CHECK_THROWS_WITH_AS(TensorDataset(zeros({3, 4}), zeros({2})),
                       "tensor_dataset: inputs [3, 4] and targets [2]; try a first axis of the "
                       "same length in both",
                       ShapeError);
  CHECK_THROWS_AS(TensorDataset(zeros({1, 4}), zeros({})), ShapeError);
  const TensorDataset dataset(zeros({3, 4}));
  CHECK_THROWS_WITH_AS(
      gather(dataset, {0, 3}),
      "tensor_dataset: index 3 at place 1 is outside [0, 3); examples count from 0", Error);
  CHECK_THROWS_AS(gather(dataset, {-1}), Error);
  CHECK_THROWS_AS(gather(dataset, {std::int64_t{1} << 32}), Error);
}
