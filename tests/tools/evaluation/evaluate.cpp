#include <doctest/doctest.h>

#include <algorithm>
#include <nn/buffer.hpp>
#include <nn/files/npy.hpp>
#include <nn/parts.hpp>
#include <set>
#include <tests/tools/evaluation/linear_gaussian.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/evaluation/evaluate.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Json figures_of(SmallRun& small) {
  small.options.data = (small.place.path() / "data").string();
  train(small);
  Progress silent(true);
  return evaluate(open_subject({.run = small.folder->name()}), 20, silent);
}

}  // namespace

TEST_CASE("evaluate: a model of binarized images has every figure but that of known factors") {
  SmallRun small("vae", 1, {{"binarize", "dynamic"}});
  const Json figures = figures_of(small);
  for (auto figure = figures.begin(); figure != figures.end(); ++figure) {
    const bool other =
        std::set<std::string>{"mutual_information_gap", "accuracy",   "code",
                              "nats_per_token",         "perplexity", "unknown_share"}
            .contains(figure.key());
    CHECK_MESSAGE(figure->is_null() == other, figure.key());
  }
  CHECK(figures["examples"] == 20);
  CHECK(figures["kl_per_dimension"].size() == 3);
  double sum = 0;
  for (const Json& each : figures["kl_per_dimension"]) sum += each.get<double>();
  CHECK(sum == doctest::Approx(figures["rate"].get<double>()));
  const Json& references = figures["references"];
  for (const char* key : {"bound", "bits_per_dimension", "knn_accuracy", "linear_probe_accuracy",
                          "frechet_pca50", "squared_error"})
    CHECK_MESSAGE(references.contains(key), key);
}

TEST_CASE("evaluate: beside the bound of a model that is told labels, the one without them") {
  SmallRun small("vae", 1, {{"binarize", "threshold"}, {"condition", "labels"}});
  const Json figures = figures_of(small);
  CHECK(figures["unit"] == "nats per image, given its label");
  // No bits of the images alone, and an encoder that is told the label does not guess it.
  for (const char* key : {"bits_per_dimension", "knn_accuracy", "linear_probe_accuracy"})
    CHECK(figures[key].is_null());
  const Json bounds = figures["references"]["bound"];
  CHECK(std::any_of(bounds.begin(), bounds.end(),
                    [](const Json& rung) { return rung["name"] == "labels not known"; }));
}

TEST_CASE("evaluate: an autoencoder has codes, and neither a likelihood nor samples") {
  SmallRun small("ae");
  const Json figures = figures_of(small);
  for (const char* key :
       {"likelihood", "elbo", "bound", "rate", "kl_per_dimension", "frechet_pca50", "active_units"})
    CHECK(figures[key].is_null());
  CHECK(figures["knn_accuracy"].is_number());
  CHECK(figures["references"]["squared_error"].size() == 3);
}

TEST_CASE("evaluate: a classifier has neither codes nor a likelihood, but right answers") {
  SmallRun small("classifier");
  Json figures = figures_of(small);
  CHECK(figures["seconds"].is_number());
  CHECK(figures["accuracy"] == metrics_of(small).back()["test_accuracy"]);
  figures["seconds"] = figures["examples"] = figures["accuracy"] = nullptr;
  CHECK(figures == no_figures());
}

TEST_CASE("evaluate: images without labels, by a model that knows some") {
  SmallRun small("semi-supervised", 1, {{"labels", "20"}, {"binarize", "threshold"}});
  const Json own = figures_of(small);
  CHECK(own["accuracy"].is_number());
  const std::filesystem::path other = small.place.path() / "other.npy";
  std::vector<std::uint8_t> pixels(30 * 36);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * i);
  nn::write_npy(other.string(), pixels, {30, 6, 6});
  Progress silent(true);
  const Subject subject = open_subject({.run = small.folder->name(), .data = other.string()});
  const Json figures = evaluate(subject, 2, silent);
  CHECK(figures["bound"].is_number());
  for (const char* key : {"accuracy", "knn_accuracy", "linear_probe_accuracy"})
    CHECK(figures[key].is_null());
  nn::write_npy((small.place.path() / "other.labels.npy").string(), arange(30, DType::int32));
  const Subject foreign = open_subject({.run = small.folder->name(), .data = other.string()});
  CHECK(message_of<DataError>([&] { return evaluate(foreign, 2, silent).size(); }) ==
        "labels: 29 is no class of the model, which knows 0 to 9");
}

TEST_CASE("evaluate: a model that diverged has no figures") {
  const auto refused = [](const char* model, const SmallRun::More& more, const char* parameter) {
    SmallRun small(model, 1, more);
    small.options.data = (small.place.path() / "data").string();
    train(small);
    Subject subject = open_subject({.run = small.folder->name()});
    bool found = false;
    for (const auto& [name, at] : nn::Parts(subject.recipe->model()).parameters)
      if (name == parameter) at->set(at->value() + HUGE_VAL), found = true;
    CHECK(found);
    Progress silent(true);
    return message_of<DataError>([&] { return evaluate(subject, 2, silent).size(); });
  };
  const std::string what = " are not finite; did its training diverge?";
  CHECK(refused("vae", {{"binarize", "threshold"}}, "encoder.mean.bias") ==
        "model: its codes" + what);
  CHECK(refused("vae", {{"binarize", "threshold"}}, "decoder.output.bias") ==
        "model: its likelihoods" + what);
  CHECK(refused("ae", {{"output", "none"}}, "decoder.0.bias") == "model: its pictures" + what);
}

TEST_CASE("evaluate: a density that was never fitted draws nothing") {
  SmallRun small("ae", 1, {{"density", "mixture:2"}});
  CHECK(figures_of(small)["frechet_pca50"].is_number());
  Subject subject = open_subject({.run = small.folder->name()});
  for (const auto& [name, at] : nn::Parts(subject.recipe->model()).buffers)
    if (name == "density.means") at->set(0.0 * at->value());
  Progress silent(true);
  CHECK(evaluate(subject, 2, silent)["frechet_pca50"].is_null());
}

TEST_CASE("evaluate: the probabilistic principal components of a density") {
  Progress silent(true);
  ebb::Random noise{2};
  Subject subject = linear_subject(true, 1);
  const ebb::nn::TensorDataset data(ebb::randn({400, 3}, noise));
  subject.data = {data, data};
  const Json figures = evaluate(subject, 2, silent);
  CHECK(figures["references"]["bound"][0]["name"] == "pPCA-1");
  // Of N(0, 1) in three dimensions: about -3/2 (log 2π + 1).
  CHECK(figures["references"]["bound"][0]["value"].get<double>() ==
        doctest::Approx(-4.257).epsilon(0.03));
}
