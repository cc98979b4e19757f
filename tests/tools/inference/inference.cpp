#include <doctest/doctest.h>

#include <algorithm>
#include <nn/files/npy.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/inference/inference.hpp>
#include <tools/training/open_run.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// A trained run, with a place for what is made of it.
struct Used {
  explicit Used(const char* model, const SmallRun::More& more = {}) : small(model, 1, more) {
    small.options.data = at("data");
    train(small);
  }
  std::string at(const std::string& name) const { return (small.place.path() / name).string(); }
  Tensor array(const std::string& name) const { return nn::read_npy(at(name)); }
  std::string text(const std::string& name) const { return read_file(at(name)); }
  InferenceOptions options(const char* task, const std::string& out) const {
    return {.task = task, .run = small.folder->name(), .out = at(out)};
  }
  void run(const InferenceOptions& options) const {
    Progress silent(true);
    infer(options, silent);
  }
  template <class Kind = UsageError>
  std::string refusal(const InferenceOptions& options) const {
    return message_of<Kind>([&] { return run(options), 0; });
  }
  SmallRun small;
};

}  // namespace

TEST_CASE("inference: what is made of codes is what is made of the examples they are of") {
  const SmallRun::More choices[] = {{}, {{"condition", "labels"}, {"binarize", "dynamic"}}};
  for (const SmallRun::More& more : choices) {
    const Used used("vae", more);
    used.run(used.options("encode", "codes.npy"));
    InferenceOptions decode = used.options("decode", "again.npy");
    decode.codes = used.at("codes.npy");
    used.run(decode);
    used.run(used.options("decode", "examples.npy"));
    CHECK(used.array("codes.npy").shape() == Shape{20, 3});
    CHECK(used.array("codes.labels.npy").to_vector<std::int32_t>()[11] == 1);
    CHECK(used.array("again.npy").shape() == Shape{20, 1, 6, 6});
    CHECK(equal(used.array("again.npy"), used.array("examples.npy")));
  }
}

TEST_CASE("inference: codes are the model's, of either part; drawn ones follow from the seed") {
  const Used used("vae");
  used.run(used.options("encode", "codes.npy"));
  const std::unique_ptr<Recipe> recipe = open_run(used.small.folder->name());
  Random noise{0};
  nn::Pass pass{noise};
  const std::int64_t first[] = {0, 1, 2};
  CHECK(equal(slice(used.array("codes.npy"), 0, 0, 3),
              recipe->encode(used.small.data->test->gather(first), pass).value()));
  InferenceOptions train = used.options("encode", "train.npy");
  train.part = "train";
  used.run(train);
  CHECK(used.array("train.npy").shape() == Shape{70, 3});
  InferenceOptions draw = used.options("encode", "drawn.npy");
  draw.draw = true;
  used.run(draw);
  const Tensor drawn = used.array("drawn.npy");
  CHECK_FALSE(equal(drawn, used.array("codes.npy")));
  used.run(draw);
  CHECK(equal(used.array("drawn.npy"), drawn));
  draw.seed = 1;
  used.run(draw);
  CHECK_FALSE(equal(used.array("drawn.npy"), drawn));
}

TEST_CASE("inference: samples follow from the seed, and have labels where a model is told some") {
  const Used used("vae", {{"condition", "labels"}, {"binarize", "threshold"}});
  InferenceOptions sample = used.options("sample", "x.npy");
  sample.count = 612;  // more than are drawn at once
  used.run(sample);
  const Tensor drawn = used.array("x.npy");
  CHECK(drawn.shape() == Shape{612, 1, 6, 6});
  const std::vector<std::int32_t> labels = used.array("x.labels.npy").to_vector<std::int32_t>();
  for (std::size_t i = 0; i < labels.size(); ++i) CHECK(labels[i] == static_cast<int>(i % 10));
  used.run(sample);
  CHECK(equal(used.array("x.npy"), drawn));
  sample.seed = 4;
  used.run(sample);
  CHECK_FALSE(equal(used.array("x.npy"), drawn));
  sample.draw = true;
  used.run(sample);
  CHECK(equal(used.array("x.npy"), square(used.array("x.npy"))));  // 0 and 1
  sample = used.options("sample", "cold.npy");
  sample.temperature = 0;
  sample.count = 20;
  used.run(sample);
  CHECK(equal(used.array("cold.npy")[3], used.array("cold.npy")[13]));  // the same class
}

TEST_CASE("inference: columns that a model has not are empty, and anomalies lie beyond a score") {
  const auto lines = [](const Used& used, double quantile) {
    InferenceOptions score = used.options("score", "scores.csv");
    score.quantile = quantile;
    used.run(score);
    return lines_of(used.text("scores.csv"));
  };
  const Used squares("ae"), gray("vae"), binary("vae", {{"binarize", "threshold"}});
  const auto starts = [](const std::string& line, const std::string& start) {
    CHECK_MESSAGE(line.starts_with(start), line);
  };
  for (const Used* used : {&squares, &gray, &binary}) {
    const std::vector<std::string> strict = lines(*used, 1), loose = lines(*used, 0);
    REQUIRE(strict.size() == 21);
    CHECK(strict[0] == "index,bound,reconstruction,kl,anomaly");
    int anomalies = 0;
    for (const std::string& line : loose) anomalies += line.ends_with(",1");
    CHECK(anomalies >= 15);
    starts(strict[20], used == &binary ? "19,-" : "19,,");
    CHECK(strict[1].ends_with(used == &squares ? ",,0" : ",0"));
  }
  // -bound = reconstruction + kl
  double bound = 0, reconstruction = 0, kl = 0;
  const std::string line = lines(binary, 0.99)[1];
  REQUIRE(std::sscanf(line.c_str(), "0,%lf,%lf,%lf", &bound, &reconstruction, &kl) == 3);
  CHECK(-bound == doctest::Approx(reconstruction + kl));
}

TEST_CASE("inference: the same bits on one thread and on more") {
  const Used used("vae", {{"binarize", "dynamic"}});
  const int before = threads();
  std::vector<std::string> written[2];
  for (const int many : {1, 4}) {
    set_threads(many);
    for (const std::string task : {"encode", "decode", "sample", "score"}) {
      InferenceOptions options =
          used.options(task.c_str(), task + (task == "score" ? ".csv" : ".npy"));
      options.draw = task == "encode";
      used.run(options);
      written[many == 4].push_back(read_file(options.out));
    }
    std::filesystem::remove(used.small.folder->path("training_scores.json"));
  }
  set_threads(before);
  CHECK(written[0] == written[1]);
}

TEST_CASE("inference: images without labels get those that a semi-supervised model gives them") {
  const Used used("semi-supervised", {{"labels", "20"}});
  InferenceOptions encode = used.options("encode", "codes.npy"),
                   decode = used.options("decode", "again.npy"),
                   direct = used.options("decode", "direct.npy");
  nn::write_npy(used.at("other.npy"), std::vector<std::uint8_t>(4 * 36), {4, 6, 6});
  encode.data = direct.data = used.at("other.npy");
  used.run(encode);
  CHECK(used.array("codes.labels.npy").shape() == Shape{4});
  decode.codes = used.at("codes.npy");
  used.run(decode);
  used.run(direct);
  CHECK(equal(used.array("again.npy"), used.array("direct.npy")));
  std::filesystem::remove(used.at("codes.labels.npy"));
  CHECK(used.refusal(decode) == "labels: the model is told them, and these examples have none");
}

TEST_CASE("inference: what a model has not is refused in one line") {
  const Used autoencoder("ae"), classifier("classifier");
  InferenceOptions draw = autoencoder.options("encode", "c.npy");
  draw.draw = true;
  CHECK(autoencoder.refusal(draw) ==
        "model: ae draws no codes, they follow from the examples; leave --draw out");
  CHECK(
      autoencoder.refusal(autoencoder.options("sample", "s.png")) ==
      "model: ae has no distribution to draw from, or none before its run ends; try a run of vae");
  CHECK(classifier.refusal(classifier.options("encode", "c.npy")) ==
        "model: classifier has no codes; try a run of ae or vae");
  CHECK(classifier.refusal(classifier.options("decode", "d")) ==
        "model: classifier has no codes; try a run of ae or vae");
  CHECK(classifier.refusal(classifier.options("score", "s.csv")) ==
        "model: classifier has neither a likelihood nor reconstructions; try a run of ae or vae");
}

TEST_CASE("inference: codes that are not the model's are refused, broken files are broken data") {
  const Used used("vae", {{"condition", "labels"}});
  InferenceOptions decode = used.options("decode", "x.npy");
  decode.codes = used.at("codes.npy");
  CHECK(used.refusal<DataError>(decode).find("No such file") != std::string::npos);
  write_file(decode.codes, "no array");
  CHECK(used.refusal<DataError>(decode).find("codes.npy") != std::string::npos);
  nn::write_npy(decode.codes, zeros({4, 2}));
  CHECK(used.refusal(decode) ==
        decode.codes + ": codes [4, 2], but the model's are [n, 3]; try other codes");
  nn::write_npy(decode.codes, zeros({4, 3}));
  CHECK(used.refusal(decode) == "labels: the model is told them, and these examples have none");
  decode.labels = used.at("l.npy");
  nn::write_npy(decode.labels, zeros({3}, DType::int32));
  CHECK(used.refusal(decode) ==
        decode.labels + ": labels [3] of 4 codes; they must be whole numbers, one each");
  nn::write_npy(decode.labels, full({4}, 10, DType::int32));
  CHECK(used.refusal<DataError>(decode) ==
        "labels: 10 is no class of the model, which knows 0 to 9");
  CHECK_FALSE(std::filesystem::exists(decode.out));
  nn::write_npy(decode.labels, full({4}, 9, DType::int32));
  used.run(decode);
  CHECK(used.array("x.npy").shape() == Shape{4, 1, 6, 6});
}

TEST_CASE("inference: a part that a model has not is refused") {
  const Used used("classifier");
  InferenceOptions options = used.options("export", "model.onnx");
  used.run(options);
  CHECK(used.text("model.onnx").size() > 36 * 9 * 4);
  options.piece = "decoder";
  options.out = used.at("other.onnx");
  CHECK(used.refusal(options) == "model: classifier has no decoder; try --part encoder");
  CHECK(!std::filesystem::exists(options.out));
}

TEST_CASE("inference: texts go into files of lines, and codes of texts come out of them") {
  const TemporaryFolder place;
  const auto at = [&](const char* name) { return (place.path() / name).string(); };
  std::string lines;
  for (const char* const name : {"anna", "bob", "carol", "dan", "eve", "frank"})
    for (int i = 0; i < 5; ++i) lines += std::string(name) + "\n";
  write_file(at("names.txt"), lines);
  const Finished trained = run_train(
      place.path(), "text --data names.txt --epochs 2 --width 8 --latent 3 --out run --quiet");
  REQUIRE_MESSAGE(trained.exit_code == 0, trained.errors);
  const auto run = [&](InferenceOptions options) {
    options.run = at("run");
    Progress silent(true);
    infer(options, silent);
  };
  run({.task = "encode", .out = at("codes.npy")});
  run({.task = "decode", .codes = at("codes.npy"), .out = at("again.txt")});
  run({.task = "decode", .out = at("examples.txt")});
  CHECK(read_file(at("again.txt")) == read_file(at("examples.txt")));
  CHECK(nn::read_npy(at("codes.npy")).shape() == Shape{3, 3});
  run({.task = "sample", .out = at("cold.txt"), .count = 4, .top_p = 1e-9});
  const std::string cold = read_file(at("cold.txt"));
  CHECK(std::count(cold.begin(), cold.end(), '\n') == 4);
  run({.task = "score", .out = at("scores.csv")});
  CHECK(read_file(at("scores.csv")).starts_with("index,bound,reconstruction,kl,anomaly\n0,-"));
  write_file(at("other.txt"), "zoe\n");  // letters that the model does not know
  run({.task = "score", .data = at("other.txt"), .out = at("other.csv")});
  const auto refusal = [&](const InferenceOptions& options) {
    return message_of<UsageError>([&] { return run(options), 0; });
  };
  CHECK(refusal({.task = "sample", .out = at("grid.png")}) ==
        "--out: " + at("grid.png") + ": the model makes texts; try texts.txt");
  CHECK(refusal({.task = "export", .out = at("text.onnx")}) ==
        "model: text reads token by token, which no ONNX file of ours does; try a run of images");
  const Used images("vae");
  CHECK(images.refusal(images.options("sample", "new.txt")) ==
        "--out: " + images.at("new.txt") +
            ": the model makes no texts and no rows; try a new folder, a .png or a .npy file");
}
