#include <doctest/doctest.h>

#include <nn/data/idx.hpp>
#include <nn/data/split.hpp>
#include <tensor/error.hpp>
#include <tests/tools/program.hpp>
#include <tools/training/datasets.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("datasets: a folder's images, or the first of them") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  TrainOptions options;
  options.data = place.path() / "data";
  CHECK(load_datasets(options).train->count() == 70);
  CHECK(load_datasets(options).test->count() == 20);
  options.limit = 7;
  CHECK(load_datasets(options).train->count() == 7);
  CHECK(load_datasets(options).test->count() == 20);
  options.limit = 71;
  CHECK_THROWS_WITH_AS(load_datasets(options), "--limit: 71 images, but there are 70 to train on",
                       UsageError);
  options.data = place.path() / "nowhere";
  CHECK_THROWS_AS(load_datasets(options), DataError);
}

TEST_CASE("datasets: the validation part is cut from the training examples, by the seed") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  TrainOptions options;
  options.data = place.path() / "data";
  CHECK(!load_datasets(options).validation);
  options.limit = 50;
  options.validation = 0.1;
  const auto indices = [&](std::uint64_t seed) {
    options.seed = seed;
    const Datasets data = load_datasets(options);
    CHECK(data.train->count() == 45);
    CHECK(data.test->count() == 20);
    const auto& held_out = dynamic_cast<const nn::Subset&>(**data.validation);
    return std::vector<std::int64_t>(held_out.indices().begin(), held_out.indices().end());
  };
  const auto [rest, expected] =
      nn::split(nn::load_mnist(options.data).train.first(50), {0.9, 0.1}, 7);
  CHECK(indices(7) ==
        std::vector<std::int64_t>(expected.indices().begin(), expected.indices().end()));
  CHECK(indices(8) != indices(7));
  options.limit = 3;
  CHECK_THROWS_WITH_AS(
      load_datasets(options),
      "--validation: 0.1 of 3 images leaves none to train on, or none to select by", UsageError);
}

TEST_CASE("datasets: what an example is goes into JSON and comes back") {
  const nn::Examples images = {nn::ImageExample{3, 32, 24}, 10};
  const nn::Examples arrays = {nn::ArrayExample{{7, 2}, {}}, 0};
  for (const nn::Examples& examples : {images, arrays})
    CHECK(examples_from(Json::parse(to_json(examples).dump())) == examples);
  CHECK(to_json(images) == Json{{"classes", 10}, {"kind", "image"}, {"shape", {3, 32, 24}}});
  CHECK_THROWS_AS(examples_from(Json::parse("null")), FormatError);
  CHECK_THROWS_AS(examples_from({{"kind", "image"}, {"shape", {3, 32}}, {"classes", 1}}),
                  FormatError);
}
