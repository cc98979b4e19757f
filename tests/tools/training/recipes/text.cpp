#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <nn/data/text/sentences.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <nn/pass.hpp>
#include <tests/support.hpp>
#include <tools/training/recipe.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

using More = std::vector<std::pair<const char*, const char*>>;

nn::TextDataset sentences() {
  return {nn::Lines(nn::draw_sentences({.train = 6, .test = 0}).train),
          nn::Vocabulary::bytes(),
          {.longest = 200}};
}

std::unique_ptr<Recipe> made(const More& more = {}) {
  std::unique_ptr<Recipe> recipe = make_recipe("text");
  Options own;
  recipe->visit(own);
  own.find("width")->parse("8");
  for (const auto& [name, value] : more) own.find(name)->parse(value);
  recipe->build(sentences().examples());
  nn::initialize(recipe->model(), {.seed = 1});
  return recipe;
}

nn::Batch batch() {
  const std::int64_t some[] = {0, 1, 2, 3};
  return sentences().gather(some);
}

std::string text_refusal(const More& more) {
  return message_of<UsageError>([&] { return made(more)->name(); });
}

}  // namespace

TEST_CASE("text recipe: nats per text are measured, nats per token are minimized") {
  for (const More& more : {More{}, More{{"network", "lstm"}, {"latent", "3"}},
                           More{{"network", "transformer"}, {"heads", "2"}, {"latent", "3"}}}) {
    const std::unique_ptr<Recipe> recipe = made(more);
    Random noise{2};
    nn::Pass pass{noise, true};
    Metrics metrics;
    const double per_token = recipe->loss(batch(), pass, metrics).item();
    CHECK(metrics.examples() == 4);
    CHECK(metrics.mean("elbo") == doctest::Approx(-metrics.mean("loss")).epsilon(1e-5));
    CHECK(metrics.rate().per_token() == doctest::Approx(per_token).epsilon(1e-5));
    double tokens = 0;
    for (const std::int32_t length : batch().lengths.to_vector<std::int32_t>()) tokens += length;
    CHECK(metrics.rate().tokens == tokens);
    CHECK((metrics.mean("kl") > 0) == (more.size() > 0));
  }
}

TEST_CASE("text recipe: a language model knows log p, an autoencoder bounds it") {
  Random noise{2};
  nn::Pass pass{noise};
  const NoGrad constants;
  const std::unique_ptr<Recipe> plain = made(), coded = made({{"latent", "3"}});
  const tools::Terms exact = plain->bound(batch(), 5, pass);
  CHECK(exact.bound.shape() == Shape{4});
  CHECK(exact.kl.count() == 0);
  CHECK(plain->encode(batch(), pass).count() == 0);
  const tools::Terms one = coded->bound(batch(), 1, pass), five = coded->bound(batch(), 5, pass);
  CHECK(one.kl.shape() == Shape{4});
  CHECK(five.log_weights.shape() == Shape{5, 4});
  CHECK(coded->encode(batch(), pass).shape() == Shape{4, 3});
  CHECK(coded->draw_codes(batch(), pass).shape() == Shape{4, 3});
  CHECK(coded->divergences(batch(), pass).shape() == Shape{4, 3});
  CHECK(coded->decode(coded->encode(batch(), pass), pass, {}).inputs.size(0) == 4);
  CHECK(plain->decode({}, pass, {}).inputs.count() == 0);
  for (const Recipe* recipe : {plain.get(), coded.get()}) {
    CHECK(recipe->sample(3, {}, pass).inputs.size(0) == 3);
    CHECK(recipe->claim() == Claim::probability);
  }
}

TEST_CASE("text recipe: the weight of the divergence rises in training alone") {
  const std::unique_ptr<Recipe> recipe = made({{"latent", "3"}, {"beta-warm-up", "2"}});
  const auto loss = [&](bool training) {
    Random noise{2};
    nn::Pass pass{noise, training};
    Metrics metrics;
    static_cast<void>(recipe->loss(batch(), pass, metrics));
    return metrics.mean("loss");
  };
  const double at_the_end = loss(false);
  recipe->advance(0);
  CHECK(loss(true) < at_the_end);
  CHECK(loss(false) == at_the_end);
  recipe->advance(2);
  CHECK(loss(true) == doctest::Approx(at_the_end).epsilon(1e-6));
}

TEST_CASE("text recipe: options that do not go together, and other examples, are refused") {
  for (const char* name : {"word-dropout", "free-bits", "beta-warm-up"})
    CHECK(text_refusal({{name, "0.5"}}) ==
          std::string("--") + name + ": goes with a code; try --latent 32");
  CHECK(text_refusal({{"inputless", ""}}) == "--inputless: goes with a code; try --latent 32");
  CHECK(text_refusal({{"samples", "2"}}) == "--samples: goes with a code; try --latent 32");
  CHECK(text_refusal({{"beta", "2"}}) == "--beta: goes with a code; try --latent 32");
  CHECK(text_refusal({{"network", "transformer"}, {"heads", "3"}}) ==
        "--heads: 3 heads do not divide --width 8");
  CHECK(text_refusal({{"latent", "2"}, {"samples", "2"}, {"free-bits", "1"}}) ==
        "--free-bits: the divergence of several samples has no closed form");
  const std::unique_ptr<Recipe> recipe = make_recipe("text");
  CHECK_THROWS_WITH_AS(
      recipe->build({nn::ImageExample{1, 2, 4}, 0}),
      "model: text learns from text, and these examples are none; try --data lines.txt",
      UsageError);
}
