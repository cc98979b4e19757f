#include <doctest/doctest.h>

#include <nn/buffer.hpp>
#include <nn/start.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Buffer;

TEST_CASE("buffer: it begins as its options say, in the model's dtype or its own") {
  Buffer mean{{2}}, variance{{2}, {.start = nn::constant(1)}}, count{{}, {.dtype = DType::int32}};
  for (Buffer* buffer : {&mean, &variance, &count}) buffer->initialize({}, DType::float64);
  CHECK(mean.value().to_vector<double>() == std::vector<double>{0, 0});
  CHECK(variance.value().to_vector<double>() == std::vector<double>{1, 1});
  CHECK(count.value().to_vector<std::int32_t>() == std::vector<std::int32_t>{0});
  CHECK(count.shape() == Shape{});
}

TEST_CASE("buffer: a copy has numbers of its own, a move keeps them") {
  Buffer first{{2}};
  CHECK_FALSE(Buffer(first).has_value());
  first.set(ones({2}));
  Buffer copy = first;
  copy.set(zeros({2}));
  CHECK(first.value().to_vector<float>() == std::vector<float>{1, 1});
  const auto storage = first.value().storage();
  const Buffer moved = std::move(first);
  CHECK(moved.value().storage() == storage);
  copy = moved;
  CHECK(copy.value().to_vector<float>() == std::vector<float>{1, 1});
  CHECK(copy.value().storage() != storage);
}

TEST_CASE("buffer: what was computed with its old numbers keeps them") {
  Buffer buffer{{2}};
  Tensor given = ones({2});
  buffer.set(given);
  given.writable_data<float>()[0] = 5;
  const Tensor before = buffer.value();
  buffer.set(zeros({2}));
  CHECK(before.to_vector<float>() == std::vector<float>{1, 1});
}

TEST_CASE("buffer: used before it has numbers, or given others than its own, it says so") {
  Buffer mean{{2}}, count{{}, {.dtype = DType::int32}};
  mean.set_path("norm.running_mean");
  CHECK(message_of([&] { return mean.value(); }) ==
        "buffer norm.running_mean [2] has no numbers yet; call initialize(model, {.seed = 1}) or "
        "load(model, path) before the model is used; if you did, name this part in the visit of "
        "its module");
  CHECK(message_of<ShapeError>([&] {
          mean.set(zeros({3}));
          return 0;
        }) == "buffer norm.running_mean: the shape is [2], the new values are [3]; try reshape");
  CHECK(message_of<DTypeError>([&] {
          mean.set(zeros({2}, DType::int32));
          return 0;
        }) ==
        "buffer norm.running_mean: the dtype is floating, the new values are int32; try cast");
  CHECK(message_of<DTypeError>([&] {
          count.set(zeros({}));
          return 0;
        }) == "buffer: the dtype is int32, the new values are float32; try cast");
  CHECK(message_of<ShapeError>([] {
          return Buffer({2, -1});
        }) == "buffer: [2, -1] has a negative length; try 0 or more");
}
