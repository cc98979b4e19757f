#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <cmath>
#include <models/text/language_model.hpp>
#include <nn/optimizers/sgd.hpp>
#include <nn/pass.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::LanguageModel;
using models::LanguageModelOptions;

namespace {

const std::string networks[] = {"gru", "lstm", "transformer"};

LanguageModel begun(LanguageModelOptions options) {
  LanguageModel model(options);
  nn::initialize(model, {.seed = 2, .dtype = DType::float64});
  return model;
}

LanguageModelOptions small(const std::string& network, std::int64_t latent = 0) {
  return {.vocabulary = 3,
          .network = network,
          .width = 8,
          .layers = 2,
          .heads = 2,
          .longest = 6,
          .latent = latent};
}

double nats(const LanguageModel& model, const std::vector<std::int32_t>& tokens,
            const Variable& code = {}) {
  Random noise;
  nn::Pass pass{noise};
  const Shape shape = {1, static_cast<std::int64_t>(tokens.size())};
  return model.log_probability(from_vector(tokens, shape), ones(shape), pass, code).item();
}

Variable code_of(std::int64_t latent) {
  Random noise{4};
  return latent > 0 ? Variable(randn({1, latent}, noise, DType::float64)) : Variable();
}

}  // namespace

// All texts of up to three tokens that are no end, and all longer ones as what is left.
TEST_CASE("language model: the probabilities of all texts add up to one") {
  for (const std::string& network : networks)
    for (const std::int64_t latent : {0, 2}) {
      const LanguageModel model = begun(small(network, latent));
      const Variable code = code_of(latent);
      double total = std::exp(nats(model, {0}, code));
      for (std::int32_t a = 1; a < 3; ++a) {
        total += std::exp(nats(model, {a, 0}, code));
        for (std::int32_t b = 1; b < 3; ++b) {
          total += std::exp(nats(model, {a, b, 0}, code));
          total += std::exp(nats(model, {a, b, 1}, code)) + std::exp(nats(model, {a, b, 2}, code));
        }
      }
      CHECK_MESSAGE(total == doctest::Approx(1).epsilon(1e-12), network);
    }
}

TEST_CASE("language model: read token by token it says the same") {
  for (const std::string& network : networks)
    for (const std::int64_t latent : {0, 2}) {
      const LanguageModel model = begun(small(network, latent));
      const std::vector<std::int32_t> tokens = {2, 1, 1, 2, 0};
      models::ReadingState state = model.begin(1, code_of(latent));
      double sum = 0;
      std::int32_t last = 0;
      for (const std::int32_t token : tokens) {
        const Tensor log_p = log_softmax(model.read(from_vector({last}), state).value());
        sum += log_p.to_vector<double>()[static_cast<std::size_t>(token)];
        last = token;
      }
      CHECK_MESSAGE(sum == doctest::Approx(nats(model, tokens, code_of(latent))).epsilon(1e-12),
                    network);
    }
}

TEST_CASE("language model: what fills a batch up does not count") {
  for (const std::string& network : networks) {
    const LanguageModel model = begun(small(network));
    Random noise;
    nn::Pass pass{noise};
    const Tensor tokens = from_vector({1, 0, 0, 0, 2, 2, 1, 0, 2, 0, 0, 0}, {3, 4});
    const Tensor mask = from_vector<float>({1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0}, {3, 4});
    const auto together = model.log_probability(tokens, mask, pass).value().to_vector<double>();
    CHECK(together[0] == doctest::Approx(nats(model, {1, 0})).epsilon(1e-12));
    CHECK(together[1] == doctest::Approx(nats(model, {2, 2, 1, 0})).epsilon(1e-12));
    CHECK(together[2] == doctest::Approx(nats(model, {2, 0})).epsilon(1e-12));
    CHECK(model.log_probability(tokens, zeros({3, 4}), pass).value().to_vector<double>() ==
          std::vector<double>{0, 0, 0});
    CHECK(model.log_probability(zeros({0, 2}, DType::int32), zeros({0, 2}), pass).shape() ==
          Shape{0});
  }
}

TEST_CASE("language model: without input, what stood before says nothing") {
  for (const std::string& network : networks) {
    LanguageModelOptions options = small(network, 2);
    options.inputless = true;
    const LanguageModel model = begun(options);
    const Variable code = code_of(2);
    // The second token's probability is the same after a 1 as after a 2.
    const double after_1 = nats(model, {1, 1}, code) - nats(model, {1}, code);
    const double after_2 = nats(model, {2, 1}, code) - nats(model, {2}, code);
    CHECK(after_1 == doctest::Approx(after_2).epsilon(1e-12));
    const LanguageModel hears = begun(small(network, 2));
    CHECK(std::fabs(nats(hears, {1, 1}, code) - nats(hears, {1}, code) -
                    (nats(hears, {2, 1}, code) - nats(hears, {2}, code))) > 1e-6);
  }
}

TEST_CASE("language model: tokens that are not heard, and every weight learns") {
  for (const std::string& network : networks) {
    LanguageModel model = begun(small(network, 2));
    Random noise;
    nn::Pass pass{noise};
    const Tensor tokens = from_vector({1, 2, 0}, {1, 3}), mask = ones({1, 3});
    const auto of = [&](const Tensor& heard) {
      return model.log_probability(tokens, mask, pass, code_of(2), heard).item();
    };
    CHECK(of(tokens) == of({}));
    CHECK(of(from_vector({3, 2, 0}, {1, 3})) != of({}));
    CHECK(of(from_vector({1, 2, 3}, {1, 3})) == of({}));  // nothing follows the last

    nn::SGD sgd{model, {.learning_rate = 0.1}};
    // A step names a parameter that it holds and that got no gradient.
    sgd.step(backward(-model.log_probability(tokens, mask, pass, code_of(2))));
    CHECK(of({}) < 0);
  }
}

TEST_CASE("language model: what does not fit is refused") {
  const auto refusal = [](LanguageModelOptions options) {
    return message_of<Error>([&] { return LanguageModel(options).options().width; });
  };
  CHECK(refusal({.network = "rnn"}) ==
        "language_model: no network is called rnn; try gru, lstm or transformer");
  CHECK(refusal({.layers = 0}) ==
        "language_model: vocabulary 257, width 256, 0 layers, 4 heads, texts of 1000 tokens; each "
        "must be at least 1");
  const LanguageModel plain = begun(small("gru")), told = begun(small("gru", 2));
  CHECK(message_of<Error>([&] { return nats(plain, {0}, code_of(2)); }) ==
        "language_model: a code of 0 numbers, and what came has 2; try encode");
  CHECK(message_of<Error>([&] { return nats(told, {0}); }) ==
        "language_model: a code of 2 numbers, and what came has 0; try encode");
  Random noise;
  nn::Pass pass{noise};
  CHECK(message_of<ShapeError>([&] {
          return plain.log_probability(zeros({2, 3}, DType::int32), ones({2, 2}), pass).shape();
        }) == "language_model: tokens [2, 3], mask [2, 2]; both must be [n, steps]");
}
