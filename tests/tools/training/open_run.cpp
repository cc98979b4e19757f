#include <doctest/doctest.h>

#include <tensor/error.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/training/open_run.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

std::string refusal(const std::string& folder) {
  try {
    open_run(folder);
  } catch (const ebb::Error& error) {
    return error.what();
  }
  return "it was opened";
}

}  // namespace

TEST_CASE("open_run: a run is opened again without its data, and its model makes the same") {
  for (const char* model : {"ae", "vae", "vq", "classifier"}) {
    SmallRun small(model, 0.25);
    train(small);
    std::filesystem::remove_all(small.place.path() / "data");
    const std::unique_ptr<Recipe> opened = open_run(small.folder->name());
    CHECK(std::string(opened->name()) == model);
    Options before, after;
    small.recipe->visit(before);
    opened->visit(after);
    CHECK(before.to_json() == after.to_json());
    ebb::Random noise{3}, same{3};
    ebb::nn::Pass pass{noise}, other{same};
    const std::int64_t first[] = {0, 1, 2};
    const ebb::nn::Batch batch = small.data->test->gather(first);
    Metrics a, b;
    CHECK(small.recipe->loss(batch, pass, a).item() == opened->loss(batch, other, b).item());
  }
}

TEST_CASE("open_run: every choice of a variational autoencoder comes back") {
  const SmallRun::More choices[] = {
      {{"network", "conv"}, {"binarize", "dynamic"}, {"activation", "tanh"}},
      {{"latent", "4,2"}, {"hidden", "none"}, {"likelihood", "beta-binomial"}},
      {{"prior", "mixture:3"}, {"flow", "planar:2"}, {"condition", "labels"}, {"samples", "2"}},
      {{"prior", "vamp:4"}, {"likelihood", "gaussian-per-pixel"}, {"beta-warm-up", "0.5"}},
      {{"free-bits", "0.1"}, {"binarize", "threshold"}}};
  for (const SmallRun::More& more : choices) {
    CAPTURE(more[0].second);
    SmallRun small("vae", 0.5, more);
    train(small);
    const std::unique_ptr<Recipe> opened = open_run(small.folder->name());
    Options before, after;
    small.recipe->visit(before);
    opened->visit(after);
    CHECK(before.to_json() == after.to_json());
    const Json config = Json::parse(read_file(small.folder->path("config.json")));
    const Json own = before.to_json();
    for (const auto& [name, value] : own.items()) CHECK(config.at(name) == value);
    const std::int64_t first[] = {0, 1, 2};
    const auto loss = [&](const Recipe& recipe) {
      ebb::Random noise{3};
      ebb::nn::Pass pass{noise};
      Metrics metrics;
      return recipe.loss(recipe.prepare(small.data->test->gather(first), noise), pass, metrics)
          .item();
    };
    CHECK(loss(*small.recipe) == loss(*opened));
  }
}

TEST_CASE("open_run: a run from before there were some of the options is opened, too") {
  SmallRun small("vae");
  train(small);
  const std::string path = small.folder->path("config.json");
  Json config = Json::parse(read_file(path));
  for (const char* key : {"schedule", "warm_up", "epsilon", "weight_decay", "momentum", "clip_norm",
                          "average", "start", "validation", "keep", "patience", "prior", "flow"})
    CHECK(config.erase(key) == 1);
  write_file(path, config.dump());
  CHECK(std::string(open_run(small.folder->name())->name()) == "vae");
}

TEST_CASE("open_run: what is missing or damaged is named with its file") {
  SmallRun small("vae");
  train(small);
  const std::string folder = small.folder->name(), path = folder + "/config.json";
  const Json whole = Json::parse(read_file(path));
  const auto with = [&](const char* key, const Json& value) {
    Json config = whole;
    config[key] = value;
    write_file(path, config.dump());
    return refusal(folder);
  };
  CHECK(with("model", "gan") == path +
                                    ": model: 'gan' is none of ae, vae, wae, vq, semi-supervised, "
                                    "text, table or classifier; try --help");
  CHECK(with("model", 7).starts_with(path + " is damaged ("));
  CHECK(with("latent", 0) == path + ": config: --latent: 0 is out of range, 1 to 65536");
  CHECK(with("examples", {{"kind", "sound"}, {"shape", {1}}, {"classes", 0}}) ==
        path + ": config: examples of the kind 'sound' are unknown; is it of a newer ebb?");
  CHECK(with("examples", 7).starts_with(path + ": config: examples is damaged"));
  CHECK(with("latent", 4).find("encoder.mean.weight") != std::string::npos);  // of another shape
  CHECK(with("laten", 2) == path + ": config: 'laten' is unknown; is it of a newer ebb?");
  write_file(path, whole.dump());
  const std::string weights = folder + "/model.safetensors";
  write_file(weights, read_file(weights).substr(0, 1000));
  CHECK(refusal(folder).find(weights) != std::string::npos);
  CHECK(refusal(folder).find("config.json") == std::string::npos);
  write_file(path, "{");
  CHECK(refusal(folder) == path + " is no JSON object; is it of a run of tools/train?");
  std::filesystem::remove(path);
  CHECK(refusal(folder).find("config.json") != std::string::npos);
}
