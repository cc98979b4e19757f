#include <doctest/doctest.h>

#include <nn/data/images.hpp>
#include <tensor/makers.hpp>

using namespace ebb;
using nn::ImageDataset;

namespace {

// Three pictures of 2 by 4 with the pixels 0 … 23 and the labels 7, 8, 9.
ImageDataset three() {
  std::vector<std::uint8_t> pixels(24);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i);
  return ImageDataset(pixels, {7, 8, 9}, 2, 4);
}

}  // namespace

TEST_CASE("images: count, size, pixels and labels are those that came in") {
  const ImageDataset images = three();
  CHECK(images.count() == 3);
  CHECK(images.height() == 2);
  CHECK(images.width() == 4);
  CHECK(images.image_size() == 8);
  CHECK(images.pixels().size() == 24);
  CHECK(images.image(2).size() == 8);
  CHECK(images.image(2)[0] == 16);
  CHECK(images.image(2)[7] == 23);
  CHECK(images.label(2) == 9);
  CHECK(images.labels().size() == 3);
}

TEST_CASE("images: a copy and the first n share the pixels and outlive the original") {
  ImageDataset images = three();
  const ImageDataset copy = images, two = images.first(2), none = images.first(0);
  CHECK(copy.pixels().data() == images.pixels().data());
  CHECK(two.pixels().data() == images.pixels().data());
  images = ImageDataset();
  CHECK(two.count() == 2);
  CHECK(two.pixels().size() == 16);
  CHECK(two.labels().size() == 2);
  CHECK(two.image(1)[7] == 15);
  CHECK(none.count() == 0);
  CHECK(none.pixels().empty());
  CHECK_THROWS_WITH_AS(two.image(2), "image: picture 2 of 2; they count from 0", Error);
  CHECK_THROWS_WITH_AS(two.first(3), "first: 3 pictures of 2; try 0 to 2", Error);
  CHECK_THROWS_AS(two.first(-1), Error);
}

TEST_CASE("images: binarized pixels are ink where more than half was, and all else stays") {
  const ImageDataset gray(std::vector<std::uint8_t>{0, 127, 128, 255, 1, 200}, {7, 2}, 1, 3);
  const ImageDataset sharp =
      gray.with_factors({from_vector<float>({1, 2}, {2, 1}), {"size"}}).first(1).binarized();
  CHECK(std::vector(sharp.pixels().begin(), sharp.pixels().end()) ==
        std::vector<std::uint8_t>{0, 0, 255});
  const ImageDataset both = gray.binarized();
  CHECK(both.image(1)[2] == 255);
  CHECK(gray.image(0)[1] == 127);
  CHECK(sharp.examples() == gray.examples());
  CHECK(sharp.label(0) == 7);
  CHECK(sharp.factors().names == std::vector<std::string>{"size"});
  CHECK(ImageDataset().binarized().count() == 0);
}

TEST_CASE("images: a batch has channels, floats between 0 and 1, and labels as targets") {
  const ImageDataset images({0, 51, 102, 153, 204, 255, 0, 255, 51, 51, 0, 0}, {7, 9}, 1, 2, 3);
  CHECK(images.count() == 2);
  CHECK(images.channels() == 3);
  CHECK(images.image_size() == 6);
  CHECK(images.image(1)[1] == 255);
  const std::vector<std::int64_t> order = {1, 0, 1};
  const nn::Batch batch = images.gather(order);
  CHECK(batch.inputs.shape() == Shape{3, 3, 1, 2});
  const std::vector<float> expected = {0, 1, 0.2f, 0.2f, 0, 0},
                           found = batch.inputs[2].to_vector<float>();
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]));
  CHECK(batch.targets.to_vector<std::int32_t>() == std::vector<std::int32_t>{9, 7, 9});
  CHECK(batch.mask.count() == 0);
  CHECK(images.examples() == nn::Examples{nn::ImageExample{3, 1, 2}, 10});
  CHECK(images.first(1).examples().classes == 10);
  const std::vector<std::int64_t> behind = {0, 1};
  CHECK_THROWS_WITH_AS(images.first(1).gather(behind),
                       "images: index 1 at place 1 is outside [0, 1); examples count from 0",
                       Error);
}

TEST_CASE("images: factors stay beside their pictures") {
  const ImageDataset images =
      three().with_factors({from_vector({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}}), {"slant", "size"}});
  CHECK(images.factors().names == std::vector<std::string>{"slant", "size"});
  CHECK(images.first(2).factors().values.to_vector<float>() == std::vector<float>{1, 2, 3, 4});
  CHECK(images.pixels().size() == 24);
  CHECK(three().factors().values.count() == 0);
  CHECK(three().factors().names.empty());
  CHECK_THROWS_WITH_AS(three().with_factors({ones({3, 2}), {"slant"}}),
                       "images: factors [3, 2] for 3 pictures and 1 names; try [3, 1]", ShapeError);
}

TEST_CASE("images: without labels there are none to ask for") {
  const ImageDataset images(std::vector<std::uint8_t>(8), {}, 2, 4);
  CHECK(images.count() == 1);
  CHECK(images.labels().empty());
  CHECK_THROWS_WITH_AS(images.label(0),
                       "label: picture 0 has no label; give them when you make the set", Error);
  const ImageDataset none;
  CHECK(none.count() == 0);
  CHECK(none.pixels().empty());
  CHECK(none.first(0).count() == 0);
  CHECK(none.labels().empty());
}

TEST_CASE("images: parts that do not fit each other are refused") {
  const std::vector<std::uint8_t> pixels(24);
  CHECK_THROWS_WITH_AS(
      ImageDataset(pixels, {}, 5, 4),
      "images: 24 pixels are no whole number of pictures of [1, 5, 4]; check height, width and "
      "channels",
      ShapeError);
  CHECK_THROWS_WITH_AS(ImageDataset(pixels, {1, 2}, 2, 4),
                       "images: 2 labels for 3 pictures; give one for each, or none", ShapeError);
  CHECK_THROWS_WITH_AS(
      ImageDataset(pixels, {}, 0, 4),
      "images: [1, 0, 4] is no size of a picture; try 1 to 1048576 channels, rows and columns",
      ShapeError);
  CHECK_THROWS_AS(ImageDataset(pixels, {}, -2, -4), ShapeError);
  CHECK_THROWS_AS(ImageDataset(pixels, {}, 2, 4, 0), ShapeError);
  CHECK_THROWS_AS(ImageDataset(pixels, {}, 2, 4, 2), ShapeError);
  CHECK_THROWS_AS(ImageDataset(pixels, {}, std::int64_t{1} << 32, std::int64_t{1} << 32),
                  ShapeError);
}
