#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/text/text_autoencoder.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <nn/distributions.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/pass.hpp>
#include <tensor/compare.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::TextAutoencoder;

namespace {

models::TextAutoencoderOptions small(double word_dropout = 0) {
  return {.decoder = {.vocabulary = 257, .width = 8, .latent = 2}, .word_dropout = word_dropout};
}

TextAutoencoder begun(const models::Objective& objective = {}, double word_dropout = 0) {
  TextAutoencoder model(small(word_dropout), objective);
  nn::initialize(model, {.seed = 1});
  return model;
}

nn::Batch texts() {
  const nn::TextDataset data(nn::Lines({"abc", "b", "cab"}), nn::Vocabulary::bytes());
  const std::int64_t all[] = {0, 1, 2};
  return data.gather(all);
}

}  // namespace

TEST_CASE("text autoencoder: the loss is reconstruction and weighted divergence") {
  Random noise{1};
  nn::Pass pass{noise};
  TextAutoencoder model = begun({.beta = 0.5});
  const models::VariationalLoss terms = model.loss(texts(), pass);
  const auto reconstruction = terms.reconstruction.value().to_vector<float>();
  const auto kl = terms.kl.value().to_vector<float>();
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) sum += reconstruction[i] + 0.5 * kl[i];
  CHECK(terms.loss.item() == doctest::Approx(sum / 3).epsilon(1e-5));
  model.objective = {.free_bits = 100};
  noise = Random{1};
  CHECK(model.loss(texts(), pass).loss.item() ==
        doctest::Approx((reconstruction[0] + reconstruction[1] + reconstruction[2]) / 3.0 + 200)
            .epsilon(1e-5));
}

TEST_CASE("text autoencoder: of several draws the divergence is weighted, and told apart") {
  const auto loss = [](double beta) {
    const TextAutoencoder model = begun({.beta = beta, .samples = 4});
    Random noise{1};
    nn::Pass pass{noise};
    return model.loss(texts(), pass);
  };
  const TextAutoencoder model = begun();
  Random noise{1};
  nn::Pass pass{noise};
  const Tensor weights = model.log_weights(texts(), 4, pass).value();
  const models::VariationalLoss plain = loss(1);
  CHECK(plain.loss.item() ==
        doctest::Approx(-mean(nn::importance_bound(weights)).item()).epsilon(1e-6));
  CHECK(plain.loss.item() < mean(plain.reconstruction + plain.kl).item());
  const Tensor kl = nn::per_example(model.encode(texts()).divergence()).value();
  CHECK(allclose(plain.kl.value(), kl));
  CHECK(loss(0).loss.item() < mean(plain.reconstruction).item());  // log of a mean, of log p(x|z)
  CHECK(loss(9).loss.item() != plain.loss.item());
}

TEST_CASE("text autoencoder: what fills a batch up does not change a code") {
  const TextAutoencoder model = begun();
  const nn::Gaussian together = model.encode(texts());
  const nn::TextDataset data(nn::Lines({"b"}), nn::Vocabulary::bytes());
  const std::int64_t first[] = {0};
  const nn::Gaussian alone = model.encode(data.gather(first));
  for (std::size_t i = 0; i < 2; ++i)
    CHECK(alone.mean.value().to_vector<float>()[i] ==
          doctest::Approx(together.mean.value().to_vector<float>()[2 + i]).epsilon(1e-5));
}

TEST_CASE("text autoencoder: more draws make a tighter bound, of one draw it is the elbo") {
  TextAutoencoder model = begun({.beta = 0.05});  // narrow posteriors
  nn::Adam adam{model, {.learning_rate = 0.02}};
  Random noise{1};
  for (int step = 0; step < 60; ++step) {
    nn::Pass pass{noise, true};
    adam.step(backward(model.loss(texts(), pass).loss), pass);
  }
  const NoGrad constants;
  nn::Pass pass{noise};
  double elbo = 0, one = 0, many = 0;
  for (int i = 0; i < 200; ++i) {
    const models::VariationalLoss terms = model.loss(texts(), pass);
    elbo -= (terms.reconstruction + terms.kl).value().to_vector<float>()[0] / 200;
    one += model.log_weights(texts(), 1, pass).value().to_vector<float>()[0] / 200;
    many +=
        nn::importance_bound(model.log_weights(texts(), 20, pass)).value().to_vector<float>()[0] /
        200;
  }
  CHECK(one == doctest::Approx(elbo).epsilon(0.05));
  CHECK(many > elbo);
  CHECK(model.log_weights(texts(), 4, pass).shape() == Shape{4, 3});
}

// Draws are read some thousand tokens at a time.
TEST_CASE("text autoencoder: many draws are the same as few, and more") {
  const TextAutoencoder model = begun();
  const auto weights = [&](std::int64_t draws) {
    const NoGrad constants;
    Random noise{1};
    nn::Pass pass{noise};
    return model.log_weights(texts(), draws, pass).value();
  };
  const Tensor many = weights(3000);
  CHECK(many.shape() == Shape{3000, 3});
  const std::vector<float> all = many.to_vector<float>(), few = weights(2).to_vector<float>();
  for (std::size_t i = 0; i < few.size(); ++i)
    CHECK(all[i] == doctest::Approx(few[i]).epsilon(1e-5));
  CHECK(all.back() < 0);
}

TEST_CASE("text autoencoder: words drop out in training alone") {
  const TextAutoencoder plain = begun(), drops = begun({}, 0.9);
  const auto loss = [](const TextAutoencoder& model, bool training) {
    Random noise{3};
    nn::Pass pass{noise, training};
    return model.loss(texts(), pass).loss.item();
  };
  CHECK(loss(plain, false) == loss(drops, false));
  CHECK(loss(plain, true) != loss(drops, true));
}

TEST_CASE("text autoencoder: what does not fit is refused") {
  CHECK(message_of<Error>([] {
          return TextAutoencoder({.decoder = {.latent = 0}}).decoder.options().latent;
        }) == "text_autoencoder: a code of 0 numbers; try 32");
  CHECK(message_of<Error>([] { return TextAutoencoder(small(1)).objective.beta; }) ==
        "text_autoencoder: a word dropout of 1; it must be at least 0 and below 1, try 0.3");
  Random noise{1};
  nn::Pass pass{noise};
  CHECK(message_of<Error>([&] {
          return begun({.samples = 2, .free_bits = 0.5}).loss(texts(), pass).loss.item();
        }) ==
        "text_autoencoder: 0.5 free bits of a bound of 2 samples, whose divergence has no "
        "closed form; try one sample");
  CHECK(message_of<Error>([&] { return begun().log_weights(texts(), 0, pass).value(); }) ==
        "text_autoencoder: 0 draws; it takes at least 1");
}
