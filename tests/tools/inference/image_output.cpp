#include <doctest/doctest.h>

#include <algorithm>
#include <nn/files/image.hpp>
#include <nn/files/npy.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/inference/image_output.hpp>
#include <tools/training/image_grid.hpp>
#include <tools/training/scoring/prepared_examples.hpp>

using namespace ebb;
using namespace ebb::tools;
namespace fs = std::filesystem;

namespace {

nn::Batch images(std::int64_t n, std::int64_t channels = 1) {
  return {.inputs =
              reshape(arange(static_cast<double>(n * channels * 6)), {n, channels, 2, 3}) / 255};
}

// In batches of two.
std::string write_images(const std::string& out, const nn::Batch& all, std::int64_t columns) {
  const std::int64_t count = all.inputs.size(0);
  const std::unique_ptr<ExampleOutput> images = open_images(out, count, columns);
  for (std::int64_t i = 0; i < count; i += 2)
    images->add(part_of(all, i, std::min<std::int64_t>(i + 2, count)));
  return images->finish();
}

}  // namespace

TEST_CASE("image output: images as an array, a picture of all, or a folder of files") {
  const TemporaryFolder place;
  const std::string here = place.path().string() + "/";
  nn::Batch some = images(3);
  CHECK(write_images(here + "x.npy", some, 0) == here + "x.npy, 3 x 1 x 2 x 3");
  CHECK(equal(nn::read_npy(here + "x.npy"), some.inputs));
  CHECK(write_images(here + "grid.png", some, 2) == here + "grid.png, 3 images");
  // Images of 3 by 2 pixels, each twice as large, with gaps of 2 between and around them.
  const nn::ImageSize grid = nn::read_image(here + "grid.png").size;
  CHECK(grid.width == 2 * 8 + 2);
  CHECK(grid.height == 2 * 6 + 2);
  CHECK(nn::read_image(here + "grid.png").pixels == image_grid(some.inputs, 2).pixels);
  CHECK(write_images(here + "strip.png", some, 10) == here + "strip.png, 3 images");
  CHECK(nn::read_image(here + "strip.png").size.width == 3 * 8 + 2);
  CHECK(write_images(here + "files/", some, 0) == here + "files/, 3 files");
  CHECK(names_in(here + "files") ==
        std::vector<std::string>{"00000.png", "00001.png", "00002.png"});
  CHECK(nn::read_image(here + "files/00001.png").pixels ==
        std::vector<std::uint8_t>{6, 7, 8, 9, 10, 11});
  some = images(2, 3);
  some.targets = from_vector<std::int32_t>({4, 11}, {2});
  fs::create_directory(here + "empty");
  write_images(here + "empty", some, 0);
  CHECK(names_in(here + "empty") == std::vector<std::string>{"00000-4.png", "00001-11.png"});
  CHECK(nn::read_image(here + "empty/00000-4.png").size.channels == 3);
  CHECK(names_in(place.path()).size() == 5);  // nothing unfinished is left
}

TEST_CASE("image output: a folder appears whole or not at all") {
  const TemporaryFolder place;
  const std::string here = place.path().string() + "/";
  CHECK(message_of([&] {
          return write_images(here + "a", images(2, 2), 0);
        }).starts_with("png: images of 2 channels; a picture has 1 or 3"));
  write_file(here + "taken", "");
  CHECK(message_of<UsageError>([&] { return write_images(here + "taken", images(1), 0), 0; }) ==
        "--out: " + here + "taken holds something already; name a new folder");
  CHECK(message_of<IoError>([&] {
          return write_images(here + "no/a", images(1), 0), 0;
        }).find("No such file or directory; free some space or try another place with --out") !=
        std::string::npos);
  CHECK(names_in(place.path()) == std::vector<std::string>{"taken"});
  CHECK(message_of<UsageError>([&] {
          return write_images(here + "a", {.inputs = ones({2, 3})}, 0);
        }) == "--out: " + here + "a: what the model makes are no images; try a .npy file");
}

TEST_CASE("image output: a picture of several batches is that of all at once") {
  const TemporaryFolder place;
  const std::string out = place.path() / "grid.png";
  for (const std::int64_t channels : {1, 3})
    for (const std::int64_t columns : {1, 3, 4}) {
      const nn::Batch all = images(7, channels);
      write_images(out, all, columns);
      CHECK(nn::read_image(out).pixels == image_grid(all.inputs, columns).pixels);
    }
}
