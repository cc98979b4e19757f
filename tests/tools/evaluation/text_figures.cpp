#include <doctest/doctest.h>

#include <cmath>
#include <nn/data/text/text_dataset.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/evaluation/evaluate.hpp>
#include <tools/evaluation/text_figures.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

// A run on six names, each ten times; the test part knows no others.
struct Names {
  explicit Names(const std::string& more) {
    std::string lines;
    for (const char* const name : {"anna", "bob", "carol", "dan", "eve", "frank"})
      for (int i = 0; i < 10; ++i) lines += std::string(name) + "\n";
    write_file(place.path() / "names.txt", lines);
    const Finished trained = run_train(
        place.path(), "text --data names.txt --epochs 2 --width 8 --out run --quiet " + more);
    REQUIRE_MESSAGE(trained.exit_code == 0, trained.errors);
  }
  Json figures(std::int64_t samples = 3) const {
    Progress silent(true);
    return evaluate(open_subject({.run = place.path() / "run"}), samples, silent);
  }
  TemporaryFolder place;
};

}  // namespace

TEST_CASE("text figures: nats per token follow from the bound, beside n-grams") {
  const Json figures = Names("--latent 3").figures();
  const double nats = figures["nats_per_token"];
  CHECK(figures["unit"] == "nats per text");
  CHECK(figures["examples"] == 6);
  CHECK(figures["perplexity"].get<double>() == doctest::Approx(std::exp(nats)));
  CHECK(figures["unknown_share"] == 0);
  CHECK(figures["bits_per_dimension"].is_null());
  CHECK(figures["frechet_pca50"].is_null());
  CHECK(figures["rate"].get<double>() > 0);
  CHECK(figures["kl_per_dimension"].size() == 3);
  const Json& ngrams = figures["references"]["nats_per_token"];
  REQUIRE(ngrams.size() == 5);
  CHECK(ngrams[4]["name"] == "5-gram");
  // Each name was seen again and again: long n-grams know it by heart.
  CHECK(ngrams[4]["value"].get<double>() < ngrams[0]["value"].get<double>() / 2);
}

TEST_CASE("text figures: a language model has no rate, and its bound is the same for any K") {
  const Names names("");
  const Json figures = names.figures();
  CHECK(figures["rate"].is_null());
  CHECK(figures["kl_per_dimension"].is_null());
  CHECK(figures["bound"].get<double>() ==
        doctest::Approx(figures["elbo"].get<double>()).epsilon(1e-6));
  CHECK(figures["effective_sample_size"].is_null());
}
