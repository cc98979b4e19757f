#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <nn/files/safetensors.hpp>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> names;
  for (const auto& entry : object.items()) names.push_back(entry.key());
  return names;
}

std::vector<std::string> tensors_of(const fs::path& run) {
  std::vector<std::string> list;
  for (const auto& [name, tensor] : ebb::nn::read_safetensors(run / "model.safetensors"))
    list.push_back(ebb::text(name, ' ', tensor.shape(), ' ', tensor.dtype()));
  return list;
}

// Width and height from a PNG's header.
std::pair<int, int> picture_size(const fs::path& path) {
  const std::string png = read_file(path);
  REQUIRE(png.starts_with("\x89PNG\r\n\x1a\n"));
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned char>(png.at(at + 2)) << 8 |
           static_cast<unsigned char>(png.at(at + 3));
  };
  return {number(16), number(20)};
}

void check_done(const Finished& finished) {
  CHECK_MESSAGE(finished.exit_code == 0, finished.output, finished.errors);
  CHECK(finished.errors == "");
}

}  // namespace

TEST_CASE("train: an autoencoder leaves config, metrics, weights and reconstructions") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  check_done(
      run_train(place.path(), "ae --data data --epochs 2 --hidden 9,5 --latent 3 --out run"));
  const fs::path folder = place.path() / "run";
  CHECK(names_in(folder) == std::vector<std::string>{"checkpoints", "config.json", "history",
                                                     "metrics.jsonl", "model.safetensors",
                                                     "reconstructions.png",
                                                     "training_scores.json"});
  Json config = config_of(folder);
  CHECK(config["threads"].get<int>() >= config["threads_that_ran"].get<int>());
  CHECK(config["threads_that_ran"].get<int>() >= 1);
  for (const char* varying :
       {"version", "instruction_set", "threads", "threads_that_ran", "data_files"})
    CHECK(config.erase(varying) == 1);
  CHECK(config == Json{{"model", "ae"},
                       {"train_images", 70},
                       {"test_images", 20},
                       {"image", {6, 6}},
                       {"examples", {{"classes", 10}, {"kind", "image"}, {"shape", {1, 6, 6}}}},
                       {"data", "data"},
                       {"label_file", ""},
                       {"size", ""},
                       {"crop", false},
                       {"gray", false},
                       {"vocabulary", "characters"},
                       {"paragraphs", false},
                       {"longest", 1000},
                       {"header", "guess"},
                       {"skip", 0},
                       {"decimal_comma", false},
                       {"number_units", false},
                       {"kinds", ""},
                       {"missing", ""},
                       {"test", nullptr},
                       {"augment", "none"},
                       {"epochs", 2},
                       {"batch_size", 32},
                       {"learning_rate", 0.001},
                       {"schedule", "constant"},
                       {"warm_up", 0},
                       {"optimizer", "adam"},
                       {"epsilon", 1e-8},
                       {"weight_decay", 0.0},
                       {"momentum", nullptr},
                       {"clip_norm", nullptr},
                       {"average", nullptr},
                       {"start", "pytorch"},
                       {"init", ""},
                       {"init_loose", false},
                       {"validation", 0.0},
                       {"keep", "last"},
                       {"patience", nullptr},
                       {"seed", 0},
                       {"limit", nullptr},
                       {"checkpoint_every", "10min"},
                       {"out", "run"},
                       {"tensorboard", false},
                       {"log_format", "text"},
                       {"quiet", false},
                       {"network", "dense"},
                       {"hidden", {9, 5}},
                       {"activation", "relu"},
                       {"latent", 3},
                       {"output", "sigmoid"},
                       {"noise", "none"},
                       {"sparsity", 0},
                       {"contractive", 0},
                       {"density", "none"},
                       {"loss", "squared error"},
                       {"units", "mean over pixels and images"},
                       {"parameters", 835},
                       {"steps", 6},
                       {"finished", true}});
  const std::vector<Json> metrics = metrics_of(folder);
  REQUIRE(metrics.size() == 2);
  CHECK(keys(metrics[1]) == std::vector<std::string>{"epoch", "step", "seconds",
                                                     "images_per_second", "learning_rate",
                                                     "train_loss", "test_loss"});
  CHECK(metrics[0]["step"] == 3);
  CHECK(metrics[1]["step"] == 6);
  CHECK(tensors_of(folder) ==
        std::vector<std::string>{"encoder.0.weight [9, 36] float32", "encoder.0.bias [9] float32",
                                 "encoder.2.weight [5, 9] float32", "encoder.2.bias [5] float32",
                                 "encoder.4.weight [3, 5] float32", "encoder.4.bias [3] float32",
                                 "decoder.0.weight [5, 3] float32", "decoder.0.bias [5] float32",
                                 "decoder.2.weight [9, 5] float32", "decoder.2.bias [9] float32",
                                 "decoder.4.weight [36, 9] float32",
                                 "decoder.4.bias [36] float32"});
  // 16 of the 20 test images fill a row, over what the model makes of them
  CHECK(picture_size(folder / "reconstructions.png") == std::pair{2 + 16 * 14, 2 + 2 * 14});
}

TEST_CASE("train: a variational autoencoder adds the bound's parts and samples") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data", {.test = 40});
  check_done(run_train(place.path(),
                       "vae --data data --epochs 1 --hidden 9 --latent 3 --beta 0.5 --out run"));
  const fs::path folder = place.path() / "run";
  CHECK(names_in(folder) == std::vector<std::string>{"checkpoints", "config.json", "history",
                                                     "metrics.jsonl", "model.safetensors",
                                                     "reconstructions.png", "samples.png",
                                                     "training_scores.json"});
  const Json config = config_of(folder);
  CHECK(config["beta"] == 0.5);
  CHECK(config["batch_size"] == 128);
  CHECK(config["likelihood"] == "bernoulli");
  CHECK(config["pixels"] == "Bernoulli on logits; gray pixels in [0, 1] are the targets");
  CHECK(config["units"] == "nats per image");
  const std::vector<Json> metrics = metrics_of(folder);
  REQUIRE(metrics.size() == 1);
  std::vector<std::string> expected = {"epoch", "step", "seconds", "images_per_second",
                                       "learning_rate"};
  for (const std::string part : {"train_", "test_"}) {
    expected.push_back(part + "loss");
    for (const char* term : {"reconstruction", "kl", "negative_cross_entropy"})
      for (const char* what : {"", "_standard_error"}) expected.push_back(part + term + what);
  }
  CHECK(keys(metrics[0]) == expected);
  CHECK(tensors_of(folder) ==
        std::vector<std::string>{
            "encoder.hidden.0.weight [9, 36] float32", "encoder.hidden.0.bias [9] float32",
            "encoder.mean.weight [3, 9] float32", "encoder.mean.bias [3] float32",
            "encoder.log_variance.weight [3, 9] float32", "encoder.log_variance.bias [3] float32",
            "decoder.hidden.0.weight [9, 3] float32", "decoder.hidden.0.bias [9] float32",
            "decoder.output.weight [36, 9] float32", "decoder.output.bias [36] float32"});
  CHECK(picture_size(folder / "reconstructions.png") == std::pair{2 + 16 * 14, 2 + 4 * 14});
  CHECK(picture_size(folder / "samples.png") == std::pair{2 + 16 * 14, 2 + 8 * 14});
}

TEST_CASE("train: without data it learns from digits that it draws") {
  const TemporaryFolder place;
  check_done(run_train(place.path(), "ae --epochs 1 --limit 500 --out run"));
  const Json config = config_of(place.path() / "run");
  CHECK(config["data"] == "drawn digits");
  CHECK(config["train_images"] == 500);
  CHECK(config["limit"] == 500);
  CHECK(config["test_images"] == 2000);
  CHECK(config["image"] == Json{28, 28});
  CHECK(config["latent"] == 256);
  CHECK(config["hidden"] == Json::array());
}

TEST_CASE("train: sets of MNIST's form, gzipped ones too, and --limit takes the first images") {
  const TemporaryFolder place;
  const fs::path data = place.path() / "fashion";
  write_image_set(data, {.train = 50, .test = 3, .side = 28});
  for (const std::string& name : names_in(data)) {
    write_file(data / (name + ".gz"), gzipped(read_file(data / name)));
    fs::remove(data / name);
  }
  const std::string small = "vae --hidden 8 --latent 2 --epochs 1 --data fashion ";
  check_done(run_train(place.path(), small + "--limit 50 --out all"));
  check_done(run_train(place.path(), small + "--limit 7 --out seven"));
  CHECK(config_of(place.path() / "seven")["train_images"] == 7);

  // the same seven as a set of their own give the same weights
  const fs::path seven = place.path() / "first";
  write_image_set(seven, {.train = 7, .test = 5, .side = 28});
  check_done(
      run_train(place.path(), "vae --hidden 8 --latent 2 --epochs 1 --data first --out first-run"));
  const auto weights = [&](const char* run) {
    return read_file(place.path() / run / "model.safetensors");
  };
  CHECK(weights("seven") == weights("first-run"));
  CHECK(weights("seven") != weights("all"));
}

TEST_CASE("train: the same run gives the same weights, on any number of threads") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data", {.train = 300, .side = 28});
  const std::string same = "vae --data data --epochs 2 --hidden 64 --batch-size 100 ";
  const auto weights = [&](const std::string& out, const std::string& more) {
    check_done(run_train(place.path(), same + more + " --out " + out));
    return read_file(place.path() / out / "model.safetensors");
  };
  const std::string first = weights("first", "");
  CHECK(weights("other/place", "--quiet") == first);
  for (const char* count : {"1", "2", "3", "8"})
    CHECK(weights(std::string("on-") + count, std::string("--threads ") + count) == first);
  CHECK(config_of(place.path() / "on-3")["threads"] == 3);
  CHECK(weights("another-seed", "--seed 6") != first);
}

TEST_CASE("train: nobody needs to read what it prints") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const auto weights = [&](const std::string& redirection) {
    const Finished finished =
        run_train(place.path(), "ae --latent 2 --epochs 2 --data data --out run " + redirection);
    CHECK(finished.exit_code == 0);
    CHECK(finished.output == "");
    CHECK(lines_of(read_file(place.path() / "run/metrics.jsonl")).size() == 2);
    const std::string bytes = read_file(place.path() / "run/model.safetensors");
    fs::remove_all(place.path() / "run");
    return bytes;
  };
  const std::string expected = weights("--quiet");
  CHECK(weights(">&-") == expected);
  CHECK(weights("<&- >&- 2>&-") == expected);
  CHECK(weights(">/dev/full") == expected);
}

TEST_CASE("train: batches of one, of more than all, and a short last one") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data", {.train = 10, .test = 3});
  const auto steps = [&](const std::string& size) {
    check_done(run_train(place.path(), "ae --latent 2 --epochs 2 --data data --batch-size " + size +
                                           " --out " + size));
    return metrics_of(place.path() / size).at(1)["step"].get<int>();
  };
  CHECK(steps("1") == 20);
  CHECK(steps("4") == 6);
  CHECK(steps("10") == 2);
  CHECK(steps("1000000") == 2);
}

TEST_CASE("train: sgd is another way down") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  check_done(run_train(place.path(),
                       "ae --latent 4 --epochs 3 --data data --out run --lr 0.5 "
                       "--optimizer sgd"));
  CHECK(config_of(place.path() / "run")["optimizer"] == "sgd");
  CHECK(config_of(place.path() / "run")["learning_rate"] == 0.5);
  const std::vector<Json> metrics = metrics_of(place.path() / "run");
  REQUIRE(metrics.size() == 3);
  CHECK(metrics[2]["train_loss"] < metrics[0]["train_loss"]);
}

TEST_CASE("train: runs without a name are counted") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data", {.train = 4, .test = 2});
  for (const char* model : {"ae", "vae", "ae"})
    check_done(run_train(place.path(), model + std::string(" --latent 2 --epochs 1 --data data")));
  CHECK(names_in(place.path() / "runs") == std::vector<std::string>{"ae-1", "ae-2", "vae-1"});
}
