#include <doctest/doctest.h>

#include <nn/data/image_folder.hpp>
#include <nn/data/loader.hpp>
#include <nn/data/resize.hpp>
#include <nn/files/sha256.hpp>
#include <tensor/error.hpp>
#include <tests/nn/files/pictures.hpp>
#include <tests/support.hpp>

using namespace ebb;
namespace fs = std::filesystem;
using namespace std::string_literals;

namespace {

struct Folder {
  void put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((folder.path() / name).parent_path());
    write_file(folder.path() / name, bytes);
  }
  nn::ImageFolder load(const nn::ImageFolderOptions& options = {}) const {
    return nn::ImageFolder(path, options);
  }
  std::string refusal(const nn::ImageFolderOptions& options = {}) const {
    return message_of([&] { return load(options); });
  }
  TemporaryFolder folder;
  std::string path = folder.path();
};

// A gray picture of this size, of one shade or of several.
std::string gray(std::uint64_t height, std::uint64_t width, char shade, char step = 0) {
  std::string rows;
  for (std::uint64_t y = 0; y < height; ++y) {
    rows += '\0';
    for (std::uint64_t x = 0; x < width; ++x) {
      rows += shade;
      shade = static_cast<char>(shade + step);
    }
  }
  return png({height, width, 8, 0, 0, rows});
}

std::vector<int> pixels_of(const nn::ImageFolder& images, std::int64_t i) {
  const std::vector<std::int64_t> one = {i};
  std::vector<int> bytes;
  for (const float value : images.gather(one).inputs.to_vector<float>())
    bytes.push_back(static_cast<int>(value * 255 + 0.5f));
  return bytes;
}

}  // namespace

TEST_CASE("image_folder: gray files of one size, in the order of their names") {
  const Folder place;
  place.put("b.png", gray(2, 3, 'b'));
  place.put("a.png", gray(2, 3, 'a', 1));
  const nn::ImageFolder images = place.load();
  CHECK(images.count() == 2);
  CHECK(images.examples() == nn::Examples{nn::ImageExample{1, 2, 3}});
  CHECK(pixels_of(images, 0) == std::vector<int>{'a', 'b', 'c', 'd', 'e', 'f'});
  CHECK(pixels_of(images, 1) == std::vector<int>(6, 'b'));
  const std::vector<std::int64_t> both = {1, 0};
  CHECK(images.gather(both).inputs.shape() == Shape{2, 1, 2, 3});
  CHECK(images.gather(both).targets.count() == 0);
  CHECK(images.in_memory());
  CHECK_THROWS_AS(pixels_of(images, 2), Error);
}

TEST_CASE("image_folder: folders are labels") {
  const Folder place;
  place.put("cats/1.png", gray(1, 1, 1));
  place.put("dogs/1.png", gray(1, 1, 2));
  place.put("dogs/2.png", gray(1, 1, 3));
  const nn::ImageFolder images = place.load();
  CHECK(images.classes() == std::vector<std::string>{"cats", "dogs"});
  CHECK(images.examples().classes == 2);
  const std::vector<std::int64_t> order = {2, 0, 1};
  CHECK(images.gather(order).targets.to_vector<std::int32_t>() ==
        std::vector<std::int32_t>{1, 0, 1});
}

TEST_CASE("image_folder: one color file gives all three channels, unless gray is asked for") {
  const Folder place;
  place.put("a.png", gray(1, 1, 7));
  place.put("b.png", png({1, 1, 8, 2, 0, "\0\xff\0\0"s}));
  CHECK(place.load().examples() == nn::Examples{nn::ImageExample{3, 1, 1}});
  CHECK(pixels_of(place.load(), 0) == std::vector<int>{7, 7, 7});
  CHECK(pixels_of(place.load(), 1) == std::vector<int>{255, 0, 0});
  CHECK(pixels_of(place.load({.gray = true}), 1) == std::vector<int>{76});
}

TEST_CASE("image_folder: other sizes are stretched, or cropped, to the one asked for") {
  const Folder place;
  place.put("a.png", gray(2, 6, 0, 10));
  place.put("b.jpg", gray_jpeg);
  CHECK(place.refusal() == "images: " + place.path + "/a.png has 2 by 6 pixels, " + place.path +
                               "/b.jpg 11 by 20; try to name a size for all");
  const nn::ImageFolder whole = place.load({.height = 1, .width = 2});
  const nn::ImageFolder middle = place.load({.height = 1, .width = 1, .crop = true});
  const nn::Image a = nn::read_image(place.path + "/a.png");
  const auto ints = [](const nn::Image& image) {
    return std::vector<int>(image.pixels.begin(), image.pixels.end());
  };
  CHECK(pixels_of(whole, 0) == ints(nn::resize(a, 1, 2)));
  CHECK(pixels_of(middle, 0) == ints(nn::resize(nn::crop(a, 1, 1), 1, 1)));
  CHECK(pixels_of(whole, 1).size() == 2);
  CHECK(place.refusal({.height = 3}) == "images: 3 by 0 pixels; try 1 to 16384 of both");
  CHECK(place.refusal({.height = 3, .width = 20'000}).starts_with("images: 3 by 20000 pixels"));
}

TEST_CASE(
    "image_folder: what does not fit into memory is decoded when asked for, to the same bits") {
  const Folder place;
  for (int i = 0; i < 20; ++i)
    place.put(std::to_string(i % 2) + "/" + std::to_string(i) + ".png",
              gray(5, 7, static_cast<char>(i), 3));
  place.put("1/x.jpg", color_jpeg);
  const nn::ImageFolderOptions size = {.height = 4, .width = 4, .crop = true};
  nn::ImageFolderOptions little = size;
  little.memory = 21 * 3 * 16 - 1;
  const nn::ImageFolder kept = place.load(size), decoded = place.load(little);
  CHECK(kept.in_memory());
  CHECK(!decoded.in_memory());
  little.memory = 0;
  CHECK(pixels_of(place.load(little), 7) == pixels_of(kept, 7));
  const nn::Loader a{kept, {.batch_size = 4, .seed = 1}};
  const nn::Loader b{decoded, {.batch_size = 4, .seed = 1, .prefetch = true}};
  const nn::Epoch epoch = b.epoch(3);
  for (std::int64_t step = 0; step < a.steps(); ++step) {
    const nn::Batch x = a.epoch(3).batch(step), y = epoch.batch(step);
    CHECK(x.inputs.to_vector<float>() == y.inputs.to_vector<float>());
    CHECK(x.targets.to_vector<std::int32_t>() == y.targets.to_vector<std::int32_t>());
  }
  place.put("1/x.jpg", "no longer");  // the last, which did not fit
  CHECK(message_of<FormatError>([&] { return pixels_of(decoded, 20); }) ==
        "image: " + place.path + "/1/x.jpg is neither a PNG nor a JPEG; try another copy");
}

TEST_CASE("image_folder: of all broken files the first is named, before anything begins") {
  const Folder place;
  for (const char* name : {"a.png", "b.png", "c.png", "d.png", "e.png"})
    place.put(name, gray(2, 2, 5));
  place.put("d.png", "text");
  place.put("c.png", gray(2, 2, 5).substr(0, 50));
  for (int i = 0; i < 20; ++i)
    CHECK(place.refusal() ==
          "image: " + place.path + "/c.png is cut short: a PNG without its end; try another copy");
  fs::remove(place.folder.path() / "c.png");
  fs::create_symlink("nowhere", place.folder.path() / "c.png");
  CHECK(place.refusal() ==
        "read " + place.path + "/c.png: No such file or directory; check the path");
}

TEST_CASE("image_folder: its number is that of a list of its files, as sha256sum prints it") {
  const Folder place;
  const std::string a = gray(1, 1, 1), b = gray(1, 1, 2);
  place.put("x/b.png", b);
  place.put("x/a.png", a);
  place.put("notes.txt", "are not part of it");
  const nn::ImageFolder images = place.load();
  CHECK(images.sha256() ==
        nn::sha256_of(nn::sha256_of(a) + "  x/a.png\n" + nn::sha256_of(b) + "  x/b.png\n"));
  CHECK(images.bytes() == a.size() + b.size());
  CHECK(images.files() == std::vector<std::string>{"x/a.png", "x/b.png"});
  CHECK(images.left_out() == std::vector<std::string>{"notes.txt"});
  CHECK(nn::ImageFolder::is_one(place.path));
  CHECK(!nn::ImageFolder::is_one(place.path + "/none"));
}
