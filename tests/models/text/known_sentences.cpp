// Models that know no more of sentences than there is to know.
#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/text/text_autoencoder.hpp>
#include <nn/data/loader.hpp>
#include <nn/data/text/sentences.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <nn/distributions.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/pass.hpp>
#include <numeric>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// Words of sentences to learn from, and of others to be measured with.
struct Words {
  explicit Words(std::uint64_t seed)
      : sentences(nn::draw_sentences({.train = 1500, .test = 500, .seed = seed})),
        vocabulary(nn::Vocabulary::words(nn::Lines(sentences.train), all(1500), 1)),
        train(nn::Lines(sentences.train), vocabulary),
        test(nn::Lines(sentences.test), vocabulary) {}
  static std::vector<std::int64_t> all(std::int64_t count) { return nn::indices_between(0, count); }
  nn::Sentences sentences;
  nn::Vocabulary vocabulary;
  nn::TextDataset train, test;
};

template <class Model, class Loss>
void learn(Model& model, const Words& words, Loss loss) {
  nn::initialize(model, {.seed = 1});
  nn::Adam adam{model, {.learning_rate = 0.01}};
  Random noise{1};
  for (std::int64_t epoch = 0; epoch < 3; ++epoch)
    for (const nn::Batch& batch : nn::Loader{words.train, {.batch_size = 25}}.epoch(epoch)) {
      nn::Pass pass{noise, true};
      adam.step(backward(loss(batch, pass)), pass);
    }
}

// The mean of log p(x) - bound(x) over the test sentences, and its standard error.
template <class Bound>
std::pair<double, double> gap(const Words& words, Bound bound) {
  const NoGrad constants;
  Random noise{2};
  nn::Pass pass{noise};
  const nn::Batch batch = words.test.gather(Words::all(words.test.count()));
  const std::vector<float> bounds = bound(batch, pass).value().template to_vector<float>();
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const double one =
        nn::sentence_log_probability(words.sentences.test[i]) - static_cast<double>(bounds[i]);
    sum += one;
    squares += one * one;
  }
  const auto n = static_cast<double>(bounds.size());
  return {sum / n, std::sqrt((squares / n - sum / n * sum / n) / (n - 1))};
}

}  // namespace

TEST_CASE("known sentences: a language model does not know more of them than there is to know") {
  const Words words(3);
  models::LanguageModel model({.vocabulary = words.vocabulary.size(), .width = 32});
  const auto nats = [&](const nn::Batch& batch, nn::Pass& pass) {
    return model.log_probability(batch.inputs, batch.mask, pass);
  };
  learn(model, words,
        [&](const nn::Batch& batch, nn::Pass& pass) { return -mean(nats(batch, pass)) / 10.0; });
  const auto [mean_gap, error] = gap(words, nats);
  CHECK(mean_gap >= -4 * error);
  CHECK(mean_gap < 3);  // it has learned
}

TEST_CASE("known sentences: nor does the bound of an autoencoder, of one draw or of ten") {
  const Words words(4);
  models::TextAutoencoder model(
      {.decoder = {.vocabulary = words.vocabulary.size(), .width = 32, .latent = 4}});
  learn(model, words, [&](const nn::Batch& batch, nn::Pass& pass) {
    return model.loss(batch, pass).loss / 10.0;
  });
  const auto [one, error] = gap(words, [&](const nn::Batch& batch, nn::Pass& pass) {
    const models::VariationalLoss terms = model.loss(batch, pass);
    return -(terms.reconstruction + terms.kl);
  });
  CHECK(one >= -4 * error);
  CHECK(one < 4);
  const auto [ten, its_error] = gap(words, [&](const nn::Batch& batch, nn::Pass& pass) {
    return nn::importance_bound(model.log_weights(batch, 10, pass));
  });
  CHECK(ten >= -4 * its_error);
  CHECK(ten < one + error);
}
