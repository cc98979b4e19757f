#include <doctest/doctest.h>

#include <nn/data/idx.hpp>
#include <nn/data/loader.hpp>
#include <nn/data/split.hpp>
#include <nn/files/npy.hpp>
#include <set>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tests/tools/program.hpp>
#include <tests/tools/training/small_folder.hpp>
#include <tools/training/datasets.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

std::vector<float> pixels_of(const nn::SharedDataset& data) {
  const nn::Loader all{data, {.batch_size = 1000, .shuffle = false}};
  return all.epoch(0).batch(0).inputs.to_vector<float>();
}

std::string usage_of(const TrainOptions& options) {
  return message_of<UsageError>([&] { return load_datasets(options).train->count(); });
}
std::string data_error_of(const TrainOptions& options) {
  return message_of<DataError>([&] { return load_datasets(options).train->count(); });
}

// As reporters/config.cpp writes it.
Json config_of(TrainOptions options, const Datasets& data) {
  Options all;
  options.visit(all);
  Json config = all.to_json();
  config["limit"] = options.limit ? Json(options.limit) : Json(nullptr);
  if (!data.files.is_null()) config["data_files"] = data.files;
  return Json::parse(config.dump());
}

}  // namespace

TEST_CASE("datasets: the parts of a long line are in one part of the data, as its words are") {
  const TemporaryFolder place;
  std::string lines;
  for (int i = 0; i < 40; ++i) {
    const std::string word(1, static_cast<char>('!' + i));
    for (int times = 0; times < (i % 2 == 0 ? 12 : 3); ++times) lines += word;
    lines += '\n';
  }
  TrainOptions options;
  options.data = place.path() / "lines.txt";
  write_file(options.data, lines);
  options.drawn = drawn_sentences;
  options.text.longest = 5;
  const Datasets data = load_datasets(options);
  CHECK(data.train->count() + data.test->count() == 20 * 3 + 20);
  const auto letters = [](const nn::SharedDataset& part) {
    std::set<std::int32_t> found;
    for (std::int64_t i = 0; i < part->count(); ++i)
      found.insert(part->gather(nn::indices_between(i, i + 1)).inputs.to_vector<std::int32_t>()[0]);
    return found;
  };
  constexpr std::int32_t not_known = 1;
  CHECK(letters(data.test) == std::set<std::int32_t>{not_known});
  CHECK(letters(data.train).size() == 36);
  CHECK_FALSE(letters(data.train).contains(not_known));
}

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

TEST_CASE("datasets: a folder of images, a part of which the seed keeps for testing") {
  const Folder folder;
  TrainOptions options = folder.options();
  options.test = 0.25;
  const Datasets data = load_datasets(options);
  CHECK(data.train->count() == 9);
  CHECK(data.test->count() == 3);
  CHECK(data.train->examples() == nn::Examples{nn::ImageExample{1, 2, 3}, 2});
  CHECK(data.classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(!data.decoding);
  CHECK(data.notes.empty());
  CHECK(pixels_of(load_datasets(options).test) == pixels_of(data.test));
  options.limit = 2;  // changes nothing in the test set
  CHECK(load_datasets(options).train->count() == 2);
  CHECK(pixels_of(load_datasets(options).test) == pixels_of(data.test));
  options.seed = 1;
  CHECK(pixels_of(load_datasets(options).test) != pixels_of(data.test));
}

TEST_CASE("datasets: a .npy file, with labels beside it or elsewhere") {
  const TemporaryFolder place;
  TrainOptions options;
  options.data = place.path() / "x.npy";
  nn::write_npy(options.data, std::vector<std::uint8_t>(20 * 6, 7), {20, 2, 3});
  const Datasets data = load_datasets(options);
  CHECK(data.train->count() == 18);
  CHECK(data.test->count() == 2);
  CHECK(data.train->examples() == nn::Examples{nn::ImageExample{1, 2, 3}});
  REQUIRE(data.files.size() == 1);
  CHECK(data.files[0]["path"] == options.data);
  CHECK(data.files[0]["bytes"] == fs::file_size(options.data));
  CHECK(data.files[0]["sha256"].get<std::string>().size() == 64);
  nn::write_npy(place.path() / "x.labels.npy", full({20}, 4, DType::int32));
  CHECK(load_datasets(options).train->examples().classes == 5);
  CHECK(load_datasets(options).files.size() == 2);
  options.labels = place.path() / "other.npy";
  nn::write_npy(options.labels, full({20}, 8, DType::int32));
  CHECK(load_datasets(options).train->examples().classes == 9);
  write_file(options.data, "PK");
  CHECK(data_error_of(options) == "npy: " + options.data +
                                      " does not begin as a .npy file does; try numpy.save, with "
                                      "one array");
}

TEST_CASE("datasets: a run's config.json leads to the same data, and to no other") {
  const Folder folder;
  TrainOptions options = folder.options();
  options.seed = 5;
  options.limit = 7;
  const Datasets data = load_datasets(options);
  Json config = config_of(options, data);
  CHECK(pixels_of(load_datasets(config).train) == pixels_of(data.train));
  CHECK(pixels_of(load_datasets(config).test) == pixels_of(data.test));
  config["data"] = "data";  // as seen from another folder
  CHECK(pixels_of(load_datasets(config).test) == pixels_of(data.test));
  config["size"] = 7;
  CHECK_THROWS_AS(load_datasets(config), FormatError);
  config["size"] = "2x3";
  write_file(folder.place.path() / "data/cats/0.png", png({1, 1, 8, 0, 0, std::string(2, '\0')}));
  CHECK(message_of<DataError>([&] { return load_datasets(config).train->count(); }) ==
        "data: " + options.data +
            " is not what the run learned from: names or contents of its files are others");
  const TrainOptions drawn;
  const Datasets digits = load_datasets(drawn);
  CHECK(load_datasets(config_of(drawn, digits)).test->count() == digits.test->count());
}

TEST_CASE("datasets: MNIST's files are named in config.json, and lead back to the same images") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  TrainOptions options;
  options.data = place.path() / "data";
  const Datasets data = load_datasets(options);
  CHECK(data.files.size() == 4);
  Json config = config_of(options, data);
  config["data"] = "elsewhere";
  CHECK(pixels_of(load_datasets(config).test) == pixels_of(data.test));
}

TEST_CASE("datasets: a part that leaves nothing is refused") {
  const Folder folder;
  TrainOptions options = folder.options();
  options.test = 0.01;
  CHECK(usage_of(options) ==
        "--test: 0.01 of 12 examples leaves none to train on or none to test "
        "with; try another part");
}

TEST_CASE("datasets: how training images are changed") {
  TrainOptions options;
  CHECK(!load_datasets(options).augment.any());
  options.augment = "shift,noise";
  const nn::Augmentation ways = load_datasets(options).augment;
  CHECK(ways.shift);
  CHECK(ways.noise);
  CHECK(!ways.flip);
  CHECK(!ways.crop);
  options.augment = "flip,crop";
  CHECK(load_datasets(options).augment.flip);
  CHECK(load_datasets(options).augment.crop);
  for (const char* words : {"turn", "flip,", ",flip", "flip,none", "Flip"}) {
    options.augment = words;
    CHECK(usage_of(options).ends_with("is none of shift, flip, crop and noise; try shift,noise"));
  }
  const TemporaryFolder place;
  options.augment = "flip";
  options.data = place.path() / "x.npy";
  nn::write_npy(options.data, full({20, 3}, 0.5));
  CHECK(usage_of(options) == "--augment: changes images, and the data are none");
}

TEST_CASE("datasets: other data for a run: images of any size get the model's size and colors") {
  const Folder folder;  // images of 2 x 3 and 4 x 3
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  TrainOptions options;
  options.data = place.path() / "data";
  Json config = config_of(options, load_datasets(options));
  config["examples"] = to_json(nn::Examples{nn::ImageExample{1, 6, 6}, 10});
  const nn::SharedDataset other = test_set_at(folder.place.path() / "data", config);
  CHECK(other->count() == 12);
  CHECK(other->examples().shape() == Shape{1, 6, 6});
  CHECK(test_set_at(options.data, config)->count() == 20);
  // A run of a folder of images, on an array and on files of MNIST: its size and labels are others.
  const TrainOptions images = folder.options();
  const Json of_images = config_of(images, load_datasets(images));
  CHECK(test_set_at(options.data, of_images)->count() == 20);
  const std::vector<std::uint8_t> pixels(5 * 6);
  nn::write_npy((place.path() / "x.npy").string(), pixels, {5, 2, 3});
  CHECK(test_set_at(place.path() / "x.npy", of_images)->count() == 5);
}

TEST_CASE("datasets: a part to test with is refused where there is a test set") {
  TrainOptions options;
  options.test = 0.2;
  CHECK(usage_of(options) ==
        "--test: the data have a test set of 2000 examples; leave the option out");
  options.test = std::nullopt;
  Json config = config_of(options, load_datasets(options));
  CHECK(config["test"].is_null());
  config["test"] = 0.1;  // as a run says that was begun before
  CHECK(load_datasets(config).test->count() == 2000);
}
