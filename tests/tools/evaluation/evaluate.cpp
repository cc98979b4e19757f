#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <tests/tools/evaluation/linear_gaussian.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/evaluation/evaluate.hpp>

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
    const bool other = std::set<std::string>{"mutual_information_gap", "code", "nats_per_token",
                                             "perplexity", "unknown_share"}
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
  const Json bounds = figures_of(small)["references"]["bound"];
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

TEST_CASE("evaluate: a classifier has neither codes nor a likelihood") {
  SmallRun small("classifier");
  Json figures = figures_of(small);
  CHECK(figures["seconds"].is_number());
  figures["seconds"] = figures["examples"] = nullptr;
  CHECK(figures == no_figures());
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
