#include <doctest/doctest.h>

#include <nn/files/image.hpp>
#include <nn/files/npy.hpp>
#include <tests/paths.hpp>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

// A run of a model on small images.
struct Trained {
  explicit Trained(const std::string& model) {
    write_image_set(place.path() / "data");
    CHECK(run_train(place.path(),
                    model + " --hidden 4 --latent 2 --epochs 1 --data data --quiet --out run")
              .exit_code == 0);
  }
  fs::path path(const char* name) const { return place.path() / name; }
  // What a program prints that does what it should.
  std::string printed(const std::string& arguments) const {
    const Finished finished = run_infer(place.path(), arguments);
    CHECK_MESSAGE(finished.exit_code == 0, arguments, ": ", finished.errors);
    CHECK(finished.errors == "");
    return finished.output;
  }
  void check_refused(const std::string& arguments, int status, const std::string& line) const {
    const std::vector<std::string> before = names_in(place.path());
    const Finished finished = run_infer(place.path(), arguments);
    CHECK_MESSAGE(finished.exit_code == status, arguments, ": ", finished.errors);
    CHECK(finished.errors == line + "\n");
    CHECK(finished.output == "");
    CHECK(names_in(place.path()) == before);
  }
  TemporaryFolder place;
};

}  // namespace

TEST_CASE("tools/encode, tools/decode: from examples to codes and back") {
  const Trained run("ae");
  CHECK(run.printed("encode run --data data --out codes.npy") ==
        "codes: codes.npy, 20 x 2; labels: codes.labels.npy\n");
  CHECK(run.printed("encode run --out codes.csv --threads 1") == "codes: codes.csv, 20 x 2\n");
  CHECK(lines_of(read_file(run.path("codes.csv"))).size() == 21);
  CHECK(run.printed("decode run codes.npy --out a.npy") ==
        "images: a.npy, 20 x 1 x 6 x 6; labels: a.labels.npy\n");
  CHECK(run.printed("decode run --data data --out b.npy --quiet") == "");
  CHECK(read_file(run.path("a.npy")) == read_file(run.path("b.npy")));
  CHECK(run.printed("decode run codes.npy --out images") == "images: images, 20 files\n");
  CHECK(names_in(run.path("images"))[19] == "00019-9.png");
}

TEST_CASE("tools/sample: pictures, a strip of them, an array") {
  const Trained run("vae --condition labels");
  CHECK(run.printed("sample run --count 12 --out files") == "images: files, 12 files\n");
  CHECK(names_in(run.path("files"))[11] == "00011-1.png");
  CHECK(run.printed("sample run --count 5 --columns 5 --out strip.png") ==
        "images: strip.png, 5 images\n");
  const ebb::nn::ImageSize strip = ebb::nn::read_image(run.path("strip.png")).size;
  CHECK(strip.width == 5 * 14 + 2);
  CHECK(strip.height == 14 + 2);
  CHECK(run.printed("sample run --count 3 --temperature 0.5 --seed 2 --out x.npy") ==
        "images: x.npy, 3 x 1 x 6 x 6; labels: x.labels.npy\n");
}

TEST_CASE("tools/score: a line for each example, and how well labels 0 and 1 are told apart") {
  const Trained run("vae --binarize threshold");
  CHECK(run.printed("score run --out scores.csv").find(" of 20 anomalies\n") != std::string::npos);
  CHECK(lines_of(read_file(run.path("scores.csv")))[0] == "index,bound,reconstruction,kl,anomaly");
  const std::string kept = read_file(run.path("run/training_scores.json"));
  // The quantiles that are kept need no training data.
  fs::remove_all(run.path("data"));
  const std::vector<std::uint8_t> white(4 * 36, 255);
  const std::uint8_t labels[] = {0, 1, 1, 0};
  ebb::nn::write_npy(run.path("w.npy").string(), white, {4, 6, 6});
  ebb::nn::write_npy(run.path("w.labels.npy").string(), labels, {4});
  CHECK(
      run.printed("score run --data w.npy --out w.csv").find(" of 4 anomalies; area under ROC: ") !=
      std::string::npos);
  CHECK(read_file(run.path("run/training_scores.json")) == kept);
}

TEST_CASE("tools/export: a part of a model as an ONNX file, whole or not at all") {
  const Trained run("vae");
  CHECK(run.printed("export run --onnx encoder.onnx") ==
        "onnx: encoder.onnx, images to mean, log_variance\n");
  CHECK(run.printed("export run --onnx decoder.onnx --part decoder") ==
        "onnx: decoder.onnx, codes to images, numbers\n");
  CHECK(read_file(run.path("encoder.onnx")).find("encoder of a run of vae, variational") !=
        std::string::npos);
  run.check_refused("export run", 2,
                    "tools/export: --onnx: where to? tools/export writes a .onnx file; try "
                    "model.onnx");
  run.check_refused("export run --onnx no/model.onnx", 2,
                    "tools/export: --onnx: there is no folder no to write into; make it first");
  run.check_refused("export run --onnx data --part decoder", 2,
                    "tools/export: --onnx: data: tools/export writes a .onnx file; try model.onnx");
  run.check_refused("export data --onnx a.onnx", 3,
                    "tools/export: read data/config.json: No such file or directory; check the "
                    "path");
}

TEST_CASE("tools/encode and its like: wrong options exit with 2, missing data with 3") {
  const Trained run("ae");
  run.check_refused("", 2,
                    "ebb-infer: which task? Name encode, decode, export, sample, score or impute, "
                    "then a run's folder");
  run.check_refused("encode run", 2,
                    "tools/encode: --out: where to? tools/encode writes a .npy or .csv file; try "
                    "codes.npy");
  run.check_refused("sample run --out s.png", 2,
                    "tools/sample: model: ae has no distribution to draw from, or none before its "
                    "run ends; try a run of vae");
  run.check_refused("score data --out s.csv", 3,
                    "tools/score: read data/config.json: No such file or directory; check the "
                    "path");
  run.check_refused("decode run none.npy --out d", 3,
                    "tools/decode: read none.npy: No such file or directory; check the path");
  run.check_refused("decode run --out data", 2,
                    "tools/decode: --out: data holds something already; name a new folder");
  const std::pair<const char*, const char*> wrong[] = {
      {"--from bob", "--from: and which other text? --from and --to name two"},
      {"--to bob", "--to: and which other text? --from and --to name two"},
      {"--steps 3", "--steps: from which text to which? Name two with --from and --to"},
      {"--from a --to b --data data",
       "--from: are codes between two texts to be decoded, or others?"},
      {"--decoding beam:3 --top-p .5",
       "--top-p: nothing is drawn with --decoding beam; try sampled"},
      {"--decoding greedy --temperature .5",
       "--temperature: nothing is drawn with --decoding greedy; try sampled"},
      {"--decoding beam:0", "--decoding beam:N: 0 is out of range, 1 to 100000; try --help"},
      {"--decoding best", "--decoding: 'best' is none of sampled, greedy, beam:N; try --help"}};
  for (const auto& [options, line] : wrong)
    run.check_refused(std::string("decode run --out t.txt ") + options, 2,
                      std::string("tools/decode: ") + line);
  CHECK(run.printed("decode --help").find("tools/decode RUN [CODES] [options]") !=
        std::string::npos);
}

TEST_CASE("tools/encode and its like: what numpy makes of it, where that is installed") {
  if (run({"python3", "-c", "import numpy"}).exit_code != 0) return skip("python3 has no numpy");
  const Trained run_of("vae");
  run_of.printed("encode run --out codes.npy");
  run_of.printed("encode run --out codes.csv");
  RunOptions options;
  options.folder = run_of.place.path();
  const Finished finished =
      run({"python3", "-c",
           "import numpy as np\n"
           "a = np.load('codes.npy'); b = np.load('codes.labels.npy')\n"
           "c = np.loadtxt('codes.csv', delimiter=',', skiprows=1, dtype=np.float32)\n"
           "print(a.dtype, a.shape, b.dtype, b[11], (a == c).all())"},
          options);
  CHECK(finished.output == "float32 (20, 2) int32 1 True\n");
}
