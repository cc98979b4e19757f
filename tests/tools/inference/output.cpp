// Covers: tools/inference/image_files.cpp
#include <doctest/doctest.h>

#include <nn/files/image.hpp>
#include <nn/files/npy.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/inference/image_files.hpp>
#include <tools/inference/output.hpp>

using namespace ebb;
using namespace ebb::tools;
namespace fs = std::filesystem;

namespace {

std::string refusal(const InferenceOptions& options) {
  return message_of<UsageError>([&] { return check_output(options), 0; });
}

nn::Batch images(std::int64_t n, std::int64_t channels = 1) {
  return {.inputs =
              reshape(arange(static_cast<double>(n * channels * 6)), {n, channels, 2, 3}) / 255};
}

}  // namespace

TEST_CASE("output: codes as an array, with their labels beside them") {
  const TemporaryFolder place;
  const std::string out = place.path() / "codes.npy", labels = place.path() / "codes.labels.npy";
  const Tensor codes = from_vector({0.1f, -2.f, 3e-30f, 4.f}, {2, 2});
  CHECK(write_codes(out, codes, {}) == out + ", 2 x 2");
  CHECK(equal(nn::read_npy(out), codes));
  CHECK(names_in(place.path()) == std::vector<std::string>{"codes.npy"});
  const Tensor sevens = full({2}, 7, DType::int32);
  CHECK(write_codes(out, codes, sevens) == out + ", 2 x 2; labels: " + labels);
  CHECK(equal(nn::read_npy(labels), sevens));
  CHECK(message_of<UsageError>([&] { return write_codes(out, codes, {}); }) ==
        "--out: " + labels + " would be taken for labels of " + out + "; name another file");
}

TEST_CASE("output: codes as text that reads back the same") {
  const TemporaryFolder place;
  const std::string out = place.path() / "codes.csv";
  write_codes(out, from_vector({0.1f, -2.f, 3e-30f, 16777216.f}, {2, 2}), {});
  CHECK(read_file(out) == "z0,z1\n0.1,-2\n3e-30,16777216\n");
}

TEST_CASE("output: images as an array, a picture of all, or a folder of files") {
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

TEST_CASE("output: a folder appears whole or not at all") {
  const TemporaryFolder place;
  const std::string here = place.path().string() + "/";
  CHECK(message_of([&] {
          return write_images(here + "a", images(2, 2), 0);
        }).starts_with("png: images of 2 channels; a picture has 1 or 3"));
  write_file(here + "taken", "");
  CHECK(message_of<UsageError>([&] { return write_image_files(here + "taken", images(1)), 0; }) ==
        "--out: " + here + "taken holds something already; name a new folder");
  CHECK(message_of<IoError>([&] {
          return write_image_files(here + "no/a", images(1)), 0;
        }).find("No such file or directory; free some space or try another place with --out") !=
        std::string::npos);
  CHECK(names_in(place.path()) == std::vector<std::string>{"taken"});
  CHECK(message_of<UsageError>([&] {
          return write_images(here + "a", {.inputs = ones({2, 3})}, 0);
        }) == "--out: " + here + "a: what the model makes are no images; try a .npy file");
}

TEST_CASE("output: a place that does not fit is refused before anything is computed") {
  const TemporaryFolder place;
  const std::string here = place.path();
  write_file(place.path() / "file", "");
  CHECK(refusal({.task = "encode"}) ==
        "--out: where to? tools/encode writes a .npy or .csv file; try codes.npy");
  CHECK(refusal({.task = "sample"}) ==
        "--out: where to? tools/sample writes a new folder, a .png or a .npy file");
  CHECK(refusal({.task = "encode", .out = "codes.txt"}) ==
        "--out: codes.txt: tools/encode writes a .npy or .csv file; try codes.npy");
  CHECK(refusal({.task = "score", .out = "s.npy"}) ==
        "--out: s.npy: tools/score writes a .csv file; try scores.csv");
  CHECK(refusal({.task = "decode", .out = "x.jpg"}) ==
        "--out: x.jpg: tools/decode writes a new folder, a .png or a .npy file; try images");
  CHECK(refusal({.task = "export"}) ==
        "--onnx: where to? tools/export writes a .onnx file; try model.onnx");
  CHECK(refusal({.task = "export", .out = here + "/no/x.onnx"}) ==
        "--onnx: there is no folder " + here + "/no to write into; make it first");
  CHECK(refusal({.task = "sample", .out = "x.npy", .columns = 3}) ==
        "--columns: goes with one picture of all; try --out grid.png");
  CHECK(refusal({.task = "sample", .out = here + "/no/x.png"}) ==
        "--out: there is no folder " + here + "/no to write into; make it first");
  CHECK(refusal({.task = "sample", .out = here}) ==
        "--out: " + here + " holds something already; name a new folder");
  CHECK(refusal({.task = "sample", .out = here + "/file"}) ==
        "--out: " + here + "/file holds something already; name a new folder");
  fs::create_directory(place.path() / "x.png");
  CHECK(refusal({.task = "sample", .out = here + "/x.png"}) ==
        "--out: " + here + "/x.png is a folder; name a new file");
  fs::create_directory(place.path() / "empty");
  CHECK(refusal({.task = "sample", .out = here + "/empty"}) == "nothing was thrown");
}
