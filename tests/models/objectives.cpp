// Covers: models/variational_autoencoder.cpp
// What a variational autoencoder minimizes by choice, and the bounds of its other parts.
#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <cmath>
#include <models/networks.hpp>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using models::Objective, models::VariationalAutoencoder, models::VariationalParts;

namespace {

Tensor uniform(const Shape& shape, std::uint64_t seed) {
  Random random{seed};
  return rand(shape, random, DType::float64);
}

struct Choice {
  std::int64_t latent = 2, condition = 0, flow = 0, components = 0;
};

// Of 4 numbers.
VariationalAutoencoder made(const Choice& choice, const Objective& objective = {}) {
  const std::int64_t known = choice.condition, latent = choice.latent;
  const nn::HiddenOptions smooth = {.activation = nn::Tanh{}};
  VariationalParts parts{
      models::Encoder{nn::Dense{4, {5}, smooth}, 5, latent, known},
      models::Decoder{nn::hidden_layers(latent + known, {5}, smooth), nn::Linear{5, 4}}};
  if (choice.flow > 0) parts.flow.emplace(5 + known, latent, choice.flow);
  if (choice.components > 0) parts.prior = models::MixturePrior{choice.components, latent};
  VariationalAutoencoder model{std::move(parts), objective};
  nn::initialize(model, {.seed = 3, .dtype = DType::float64});
  return model;
}

double log_mean_exp(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += std::exp(value);
  return std::log(sum / static_cast<double>(values.size()));
}

// The gradients of all weights beside central differences, with the same noise.
void check_weights(VariationalAutoencoder& model, const Tensor& x) {
  const auto loss = [&] {
    Random noise{9};
    nn::Pass pass{noise};
    return model.loss(x, pass).loss;
  };
  const Gradients found = backward(loss());
  for (const auto& entry : nn::Parts(model).parameters) {
    CAPTURE(entry.first);
    nn::Parameter& weight = *entry.second;
    const Tensor at = clone(weight.value());
    const Tensor direction = number_tensor(at.shape(), DType::float64);
    const auto moved = [&](double step) {
      weight.set(at + step * direction);
      return loss().item();
    };
    const double difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
    weight.set(at);
    CHECK(sum(found[weight] * direction).item() == doctest::Approx(difference).epsilon(1e-6));
  }
}

}  // namespace

TEST_CASE("objectives: K samples give minus the importance-weighted bound, with its weight") {
  const Tensor x = uniform({3, 4}, 1);
  for (const Choice& choice : {Choice{}, Choice{.flow = 2}, Choice{.components = 3}})
    for (const double beta : {1.0, 0.3}) {
      const VariationalAutoencoder model = made(choice, {.beta = beta, .samples = 5});
      Random noise{2}, same{2};
      nn::Pass pass{noise}, other{same};
      const models::VariationalLoss terms = model.loss(x, pass);
      const VariationalParts& parts = model.parts();
      const auto [log_p, log_ratio, standard] = parts.draws(x, parts.features(x, {}), 5, other, {});
      const Variable closed = nn::per_example(parts.encoder(x).divergence());
      double loss = 0;
      for (std::int64_t i = 0; i < 3; ++i) {
        std::vector<double> weights;
        double reconstruction = 0, kl = 0;
        for (std::int64_t k = 0; k < 5; ++k) {
          const double p = log_p.value()[k][i].item(), ratio = log_ratio.value()[k][i].item(),
                       simple = standard.value()[k][i].item();
          weights.push_back(p - beta * ratio);
          reconstruction -= p / 5, kl += (ratio - simple) / 5;
        }
        kl += closed.value()[i].item();  // in the place of its estimate
        loss -= log_mean_exp(weights) / 3;
        CHECK(terms.reconstruction.value()[i].item() == doctest::Approx(reconstruction));
        CHECK(terms.kl.value()[i].item() == doctest::Approx(kl));
      }
      CHECK(terms.loss.item() == doctest::Approx(loss).epsilon(1e-12));
    }
}

TEST_CASE("objectives: a learned prior may take the place of N(0, 1) by and by") {
  const Tensor x = uniform({3, 4}, 1);
  for (const std::int64_t samples : {1, 5}) {
    const auto loss = [&](double learned) {
      const VariationalAutoencoder model =
          made(Choice{.components = 3}, {.samples = samples, .learned_prior = learned});
      Random noise{2};
      nn::Pass pass{noise};
      const models::VariationalLoss terms = model.loss(x, pass);
      return std::pair(terms.loss.item(), mean(terms.kl.value()).item());
    };
    const VariationalAutoencoder plain = made(Choice{}, {.samples = samples});
    Random noise{2};
    nn::Pass pass{noise};
    // The networks begin alike, whatever the prior is.
    CHECK(loss(0).first == doctest::Approx(plain.loss(x, pass).loss.item()).epsilon(1e-9));
    CHECK(loss(0).second == loss(1).second);  // what is reported is of the prior alone
    if (samples == 1)
      CHECK(loss(0.25).first ==
            doctest::Approx(0.75 * loss(0).first + 0.25 * loss(1).first).epsilon(1e-12));
    CHECK(loss(0).first != loss(1).first);
  }
}

TEST_CASE("objectives: gradients are right for each") {
  const Tensor x = uniform({3, 4}, 1);
  const struct {
    Choice choice;
    Objective objective;
  } cases[] = {{{}, {.beta = 0.3}},
               {{}, {.samples = 4}},
               {{}, {.beta = 2, .free_bits = 0.05}},
               {{.flow = 2}, {.beta = 0.7}},
               {{.flow = 1, .components = 2}, {.beta = 0.7, .samples = 3}}};
  for (const auto& [choice, objective] : cases) {
    VariationalAutoencoder model = made(choice, objective);
    check_weights(model, x);
  }
}

TEST_CASE("objectives: beta weighs the divergence, and free bits cost nothing") {
  const Tensor x = uniform({3, 4}, 1);
  VariationalAutoencoder model = made({});
  const Tensor each = mean(model.encode(x).divergence().value(), 0);  // of each number of the code
  const double small = amin(each).item(), large = amax(each).item(), limit = (small + large) / 2;
  const auto terms = [&](const Objective& objective) {
    model.objective = objective;
    Random noise{2};
    nn::Pass pass{noise};
    return model.loss(x, pass);
  };
  const models::VariationalLoss plain = terms({});
  const double reconstruction = mean(plain.reconstruction.value()).item();
  CHECK(mean(plain.kl.value()).item() == doctest::Approx(small + large));
  CHECK(plain.loss.item() == doctest::Approx(reconstruction + small + large));
  CHECK(terms({.beta = 0.5}).loss.item() ==
        doctest::Approx(reconstruction + 0.5 * (small + large)));
  CHECK(terms({.beta = 0}).loss.item() == doctest::Approx(reconstruction));
  CHECK(terms({.beta = 0.5, .free_bits = limit}).loss.item() ==
        doctest::Approx(reconstruction + 0.5 * (limit + large)));
  // What is reported is the divergence itself.
  CHECK(equal(terms({.free_bits = 9}).kl.value(), plain.kl.value()));
  // Below the limit nothing pulls at the encoder's variance but the reconstruction.
  const auto slope = [&](const Objective& objective) {
    return backward(terms(objective).loss)[model.parts().encoder.log_variance.weight];
  };
  CHECK(allclose(slope({.free_bits = 9}), slope({.beta = 0})));
}

TEST_CASE("objectives: what cannot be minimized is refused") {
  const Tensor x = uniform({3, 4}, 1);
  Random noise{1};
  nn::Pass pass{noise};
  const auto refusal = [&](const Choice& choice, const Objective& objective) {
    return message_of([&] { return made(choice, objective).loss(x, pass); });
  };
  const char* const no_form =
      "vae: 0.5 free bits of a divergence that has no closed form; try one sample, the standard "
      "prior and no flow";
  CHECK(refusal({}, {.samples = 2, .free_bits = 0.5}) == no_form);
  CHECK(refusal({.components = 2}, {.free_bits = 0.5}) == no_form);
  CHECK(refusal({.flow = 2}, {.free_bits = 0.5}) == no_form);
  CHECK(refusal({}, {.samples = 0}) == "vae: 0 draws; it takes at least 1");
}

TEST_CASE("objectives: more draws bring the bound of a trained model up") {
  VariationalAutoencoder model = made({.flow = 1, .components = 2}, {.samples = 2});
  const Tensor x = uniform({200, 4}, 4) < uniform({200, 1}, 5);  // pixels that depend on each other
  nn::Adam adam{model, {.learning_rate = 0.02}};
  Random noise{6};
  const auto bound = [&](std::int64_t draws) {
    nn::Pass pass{noise};
    return mean(model.bound(x, draws, pass).value()).item();
  };
  const double before = bound(5);
  for (int i = 0; i < 100; ++i) {
    nn::Pass pass{noise, true};
    adam.step(backward(model.loss(x, pass).loss), pass);
  }
  const double one = bound(1), five = bound(5), fifty = bound(50);
  CHECK(before + 0.2 < five);
  CHECK(one < five);
  CHECK(five < fifty);
}

// log p(x) = log ∫ p(x|z) p(z) dz, by the trapezoidal rule over z.
TEST_CASE("objectives: with a flow and a mixture, bounds stay below log p(x) and reach it") {
  for (const std::int64_t components : {0, 2}) {
    const VariationalAutoencoder model = made({.latent = 1, .flow = 3, .components = components});
    // Steps that bend, but not so far that a few draws have all the weight.
    for (const auto& [name, part] : nn::Parts(model).parameters)
      if (name == "flow.numbers.bias")
        part->set(from_vector<double>({0.5, 1, 0.1, -0.5, 1.2, 0, 0.7, -1.5, 0.2}, {9}));
    const Tensor x = from_vector<double>({1, 0, 1, 1}, {1, 4});
    constexpr std::int64_t n = 4001;
    const Tensor z = reshape(0.005 * (arange(n, DType::float64) - 2000), {n, 1});
    Random noise{5};
    nn::Pass pass{noise};
    const VariationalParts& parts = model.parts();
    const Tensor p = parts.decode(z).value();
    const Tensor log_x = sum(x * log(p) + (1 - x) * log(1 - p), 1);
    const Tensor log_z = log_probability(parts.prior, z, parts.encoder, pass).value();
    const double exact = std::log(0.005 * sum(exp(log_x + log_z)).item());
    const Tensor many = expand(x, {4000, 4});
    const Tensor one = model.bound(many, 1, pass).value();
    CHECK(mean(one).item() + 3 * std::sqrt(var(one).item() / 4000) < exact);
    CHECK(mean(exp(one - exact)).item() == doctest::Approx(1).epsilon(0.05));
    CHECK(mean(model.bound(expand(x, {50, 4}), 1000, pass).value()).item() ==
          doctest::Approx(exact).epsilon(0.005));
  }
}

TEST_CASE("objectives: what is known of an example reaches its code, its mean and its bound") {
  const VariationalAutoencoder model = made({.condition = 3});
  const Tensor x = uniform({2, 4}, 1), z = uniform({2, 2}, 2);
  const auto label = [](std::int32_t y) {
    return cast(one_hot(full({2}, y, DType::int32), 3), DType::float64);
  };
  CHECK_FALSE(equal(model.decode(z, label(0)).value(), model.decode(z, label(1)).value()));
  CHECK_FALSE(
      equal(model.encode(x, label(0)).mean.value(), model.encode(x, label(1)).mean.value()));
  const auto bound = [&](std::int32_t y, std::int64_t draws) {
    Random noise{3};
    nn::Pass pass{noise};
    return model.bound(x, draws, pass, label(y)).value();
  };
  CHECK_FALSE(equal(bound(0, 5), bound(1, 5)));
  CHECK(bound(2, 5).shape() == Shape{2});
  Random noise{3};
  nn::Pass pass{noise};
  const models::VariationalLoss terms = model.loss(x, pass, label(1));
  Random same{3};
  nn::Pass other{same};
  CHECK(equal(model.bound(x, other, label(1)).value(),
              -(terms.reconstruction.value() + terms.kl.value())));
  CHECK_THROWS_AS(model.encode(x), ShapeError);
}

TEST_CASE("objectives: copies are independent, and what is moved goes on") {
  const VariationalAutoencoder model = made({.flow = 1, .components = 2}, {.beta = 0.3});
  const Tensor x = uniform({2, 4}, 1);
  const auto loss = [&](const VariationalAutoencoder& one) {
    Random noise{3};
    nn::Pass pass{noise};
    return one.loss(x, pass).loss.item();
  };
  const double before = loss(model);
  VariationalAutoencoder copy = model;
  CHECK(loss(copy) == before);
  for (const auto& [name, part] : nn::Parts(copy).parameters) part->set(part->value() + 1);
  CHECK(loss(copy) != before);
  CHECK(loss(model) == before);
  const double changed = loss(copy);
  VariationalAutoencoder moved = std::move(copy);
  CHECK(loss(moved) == changed);
  CHECK(moved.objective.beta == 0.3);
  moved = model;
  CHECK(loss(moved) == before);
  VariationalAutoencoder& same = moved;
  moved = same;
  CHECK(loss(moved) == before);
}

TEST_CASE("objectives: the same bits on one thread and on three") {
  VariationalParts parts{models::Encoder{nn::Dense{300, {200}}, 200, 20},
                         models::Decoder{nn::hidden_layers(20, {200}), nn::Linear{200, 600}}};
  parts.flow.emplace(200, 20, 2);
  parts.prior = models::VampPrior{30, {300}};
  parts.likelihood = models::Likelihood{models::Likelihood::Kind::logistic, 300};
  VariationalAutoencoder model{std::move(parts), {.samples = 3}};
  nn::initialize(model, {.seed = 1});
  Random random{2};
  const Tensor x = rand({100, 300}, random);
  const auto gradients_on = [&](int count) {
    const Threads some(count);
    Random noise{3};
    nn::Pass pass{noise};
    const Gradients found = backward(model.loss(x, pass).loss);
    std::vector<Tensor> all = {model.bound(x, 7, pass).value()};
    for (const auto& [name, part] : nn::Parts(model).parameters) all.push_back(found[*part]);
    return all;
  };
  const std::vector<Tensor> one = gradients_on(1), three = gradients_on(3);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(same_bits(one[i], three[i]));
}
