#include <doctest/doctest.h>

#include <nn/files/npy.hpp>
#include <tensor/compare.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/inference/output.hpp>

using namespace ebb;
using namespace ebb::tools;
namespace fs = std::filesystem;

namespace {

std::string output_refusal(const InferenceOptions& options) {
  return message_of<UsageError>([&] { return check_output(options), 0; });
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

TEST_CASE("output: a place that does not fit is refused before anything is computed") {
  const TemporaryFolder place;
  const std::string here = place.path();
  write_file(place.path() / "file", "");
  CHECK(output_refusal({.task = "encode"}) ==
        "--out: where to? tools/encode writes a .npy or .csv file; try codes.npy");
  CHECK(output_refusal({.task = "sample"}) ==
        "--out: where to? tools/sample writes a new folder, a .png or a .npy file");
  CHECK(output_refusal({.task = "encode", .out = "codes.txt"}) ==
        "--out: codes.txt: tools/encode writes a .npy or .csv file; try codes.npy");
  CHECK(output_refusal({.task = "score", .out = "s.npy"}) ==
        "--out: s.npy: tools/score writes a .csv file; try scores.csv");
  CHECK(output_refusal({.task = "decode", .out = "x.jpg"}) ==
        "--out: x.jpg: tools/decode writes a new folder, a .png or a .npy file; try images");
  CHECK(output_refusal({.task = "export"}) ==
        "--onnx: where to? tools/export writes a .onnx file; try model.onnx");
  CHECK(output_refusal({.task = "export", .out = here + "/no/x.onnx"}) ==
        "--onnx: there is no folder " + here + "/no to write into; make it first");
  CHECK(output_refusal({.task = "sample", .out = "x.npy", .columns = 3}) ==
        "--columns: goes with one picture of all; try --out grid.png");
  CHECK(output_refusal({.task = "sample", .out = here + "/no/x.png"}) ==
        "--out: there is no folder " + here + "/no to write into; make it first");
  CHECK(output_refusal({.task = "sample", .out = here}) ==
        "--out: " + here + " holds something already; name a new folder");
  CHECK(output_refusal({.task = "sample", .out = here + "/file"}) ==
        "--out: " + here + "/file holds something already; name a new folder");
  fs::create_directory(place.path() / "x.png");
  CHECK(output_refusal({.task = "sample", .out = here + "/x.png"}) ==
        "--out: " + here + "/x.png is a folder; name a new file");
  fs::create_directory(place.path() / "empty");
  CHECK(output_refusal({.task = "sample", .out = here + "/empty"}) == "nothing was thrown");
}
