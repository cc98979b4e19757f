#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/semi_supervised.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/losses.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/parts.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::SemiSupervised;

namespace {

constexpr std::int64_t classes = 3;

// Of 6 zeros and ones, with a code of one number.
SemiSupervised small(std::uint64_t seed = 5) {
  models::VariationalParts parts{
      models::Encoder{nn::Dense{6, {7}}, 7, 1, classes},
      models::Decoder{nn::hidden_layers(1 + classes, {7}), nn::Linear{7, 6}}};
  SemiSupervised model{nn::Sequential{nn::Dense{6, {5}}, nn::Linear{5, classes}}, std::move(parts),
                       classes};
  nn::initialize(model, {.seed = seed, .dtype = DType::float64});
  return model;
}

Tensor some(std::int64_t n) {
  Random random{1};
  return rand({n, 6}, random, DType::float64) < 0.5;
}

// log p(x|y) by the trapezoidal rule over z.
std::vector<double> log_p(const SemiSupervised& model, const Tensor& x, std::int32_t label) {
  const NoGrad constants;
  constexpr double width = 0.02;
  const Tensor z = arange(-8, 8, width, DType::float64);
  const std::int64_t m = z.size(0);
  const Tensor labels = full({m}, label, DType::int32);
  const Variable p = model.vae.decode(unsqueeze(z, 1), model.one_hot(labels));  // [m, 6]
  const Tensor prior = -0.5 * square(z) - 0.5 * std::log(2 * 3.14159265358979324) + std::log(width);
  std::vector<double> all;
  for (std::int64_t i = 0; i < x.size(0); ++i) {
    const Tensor known = expand(x[i], {m, 6});
    const Tensor each = sum(known * log(p.value()) + (1 - known) * log(1 - p.value()), 1) + prior;
    all.push_back(logsumexp(each).item());
  }
  return all;
}

}  // namespace

TEST_CASE("semi-supervised: its bounds lie below log p(x, y) and log p(x), by integration") {
  const SemiSupervised model = small();
  const Tensor x = some(4), labels = from_vector<std::int32_t>({0, 2, 1, 2}, {4});
  const NoGrad constants;
  Random noise{3};
  nn::Pass pass{noise};
  std::vector<std::vector<double>> exact;
  for (std::int32_t label = 0; label < classes; ++label) exact.push_back(log_p(model, x, label));
  std::vector<double> labelled(4), unlabelled(4), many(4);
  constexpr int draws = 300;
  for (int draw = 0; draw < draws; ++draw) {
    const Tensor a = model.labelled(x, labels, pass).value(),
                 b = model.unlabelled(x, model.logits(x), pass).value();
    const Tensor c = model.bound(x, 20, pass).value();
    for (std::size_t i = 0; i < 4; ++i) {
      const auto at = static_cast<std::int64_t>(i);
      labelled[i] += a[at].item() / draws, unlabelled[i] += b[at].item() / draws;
      many[i] += c[at].item() / draws;
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    const auto label = static_cast<std::size_t>(labels[static_cast<std::int64_t>(i)].item());
    CHECK(labelled[i] < exact[label][i] - std::log(3.0) + 1e-2);
    const double log_px =
        std::log((std::exp(exact[0][i]) + std::exp(exact[1][i]) + std::exp(exact[2][i])) / 3);
    CHECK(unlabelled[i] < log_px + 1e-2);
    CHECK(many[i] == doctest::Approx(log_px).epsilon(5e-3));
  }
}

TEST_CASE("semi-supervised: the unlabelled bound weighs the labelled ones by q(y|x)") {
  const SemiSupervised model = small();
  const Tensor x = some(5);
  const NoGrad constants;
  Random noise{3}, same{3};
  nn::Pass pass{noise};
  const SemiSupervised::Terms terms = model.terms(x, model.logits(x), pass);
  const Tensor found = terms.bound.value();
  // The same draws, a class after the other.
  nn::Pass again{same};
  const Tensor epsilon = randn({classes * 5, 1}, same, DType::float64);
  const Tensor q = softmax(model.logits(x).value(), 1);
  Tensor expected = zeros({5}, DType::float64), errors = expected;
  for (std::int32_t y = 0; y < classes; ++y) {
    const Variable known = model.one_hot(full({5}, y, DType::int32));
    const nn::Gaussian posterior = model.vae.encode(x, known);
    const Tensor z = posterior.mean.value() + exp(0.5 * posterior.log_variance.value()) *
                                                  slice(epsilon, 0, 5 * y, 5 * y + 5);
    const Tensor p = model.vae.decode(z, known).value();
    const Tensor log_p = sum(x * log(p) + (1 - x) * log(1 - p), 1);
    const Tensor bound = log_p - sum(posterior.divergence().value(), 1) - std::log(3.0);
    const Tensor weight = squeeze(slice(q, 1, y, y + 1), 1);
    expected = expected + weight * (bound - log(weight));
    errors = errors - weight * log_p;
  }
  for (std::int64_t i = 0; i < 5; ++i) {
    CHECK(found[i].item() == doctest::Approx(expected[i].item()).epsilon(1e-12));
    CHECK(terms.reconstruction.value()[i].item() ==
          doctest::Approx(errors[i].item()).epsilon(1e-12));
  }
}

TEST_CASE("semi-supervised: no examples have no bounds") {
  const SemiSupervised model = small();
  Random noise{3};
  nn::Pass pass{noise};
  const Tensor x = some(0);
  CHECK(model.unlabelled(x, model.logits(x), pass).shape() == Shape{0});
}

// Three kinds of examples, and the label of one of each.
TEST_CASE(
    "semi-supervised: another prior and a flow are refused, the divergence has no closed form") {
  for (const bool flow : {false, true}) {
    SemiSupervised model = small();
    if (flow)
      model.vae.parts().flow.emplace(7 + classes, 1, 2);
    else
      model.vae.parts().prior = models::MixturePrior{2, 1};
    nn::initialize(model, {.seed = 5, .dtype = DType::float64});
    Random noise{3};
    nn::Pass pass{noise};
    const Tensor x = some(2);
    CHECK(message_of<Error>([&] { return model.unlabelled(x, model.logits(x), pass).value(); }) ==
          "semi_supervised: a code of 1 numbers with a learned prior or a flow; try the standard "
          "prior without one");
    CHECK_NOTHROW(model.bound(x, 2, pass));
  }
}

TEST_CASE("semi-supervised: a label of each class is enough where classes lie apart") {
  Random random{7};
  const std::int64_t n = 60;
  std::vector<double> pixels;
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < 6; ++j) pixels.push_back(j / 2 == i % 3 ? 1 : 0);
  const Tensor clean = from_vector<double>(pixels, {n, 6});
  const Tensor x = where(rand({n, 6}, random, DType::float64) < 0.05, 1 - clean, clean);
  const Tensor few = slice(clean, 0, 0, 3), labels = arange(3, DType::int32);
  SemiSupervised model = small(1);
  nn::Adam adam{model, {.learning_rate = 0.01}};
  for (int i = 0; i < 150; ++i) {
    nn::Pass pass{random, true};
    const Variable loss = -mean(model.unlabelled(x, model.logits(x), pass)) -
                          mean(model.labelled(few, labels, pass)) +
                          5 * nn::cross_entropy(model.logits(few), labels);
    adam.step(backward(loss), pass);
  }
  const Tensor guessed = argmax(model.logits(clean).value(), -1);
  for (std::int64_t i = 0; i < n; ++i) CHECK(guessed[i].item() == static_cast<double>(i % 3));
}
