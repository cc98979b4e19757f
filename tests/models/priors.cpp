#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/priors.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/mixtures.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::Encoder, models::Prior;

namespace {

constexpr double pi = 3.14159265358979324;

double log_normal(double x, double mean, double variance) {
  return -(std::log(2 * pi * variance) + (x - mean) * (x - mean) / variance) / 2;
}

void start(nn::Module& model) { nn::initialize(model, {.seed = 1, .dtype = DType::float64}); }

// Of 4 numbers, with a code of 2.
Encoder encoder() {
  Encoder made{nn::Dense{4, {5}}, 5, 2};
  start(made);
  return made;
}

Tensor values(const Prior& prior, const Tensor& z, const Encoder& asked, std::uint64_t seed = 1) {
  Random noise{seed};
  nn::Pass pass{noise};
  return log_probability(prior, z, asked, pass).value();
}

Tensor normal(const Shape& shape, std::uint64_t seed) {
  Random random{seed};
  return randn(shape, random, DType::float64);
}

// N(a h + b, e^(c h + d)) of one number h, behind an activation.
Encoder line(const nn::Layer& activation, double a, double b, double c, double d) {
  Encoder made{activation, 1, 1};
  start(made);
  const double numbers[] = {a, b, c, d};
  std::size_t i = 0;
  for (const auto& [name, part] : nn::Parts(made).parameters)
    part->set(full(part->shape(), numbers[i++], DType::float64));
  return made;
}

}  // namespace

TEST_CASE("priors: the standard one is N(0, 1) for each number of the code") {
  const models::StandardPrior prior{2};
  const Tensor z = from_vector<double>({0.5, -1, 2, 0.25}, {2, 2});
  const Tensor p = values(prior, z, encoder());
  CHECK(p[0].item() == doctest::Approx(log_normal(0.5, 0, 1) + log_normal(-1, 0, 1)));
  CHECK(p[1].item() == doctest::Approx(log_normal(2, 0, 1) + log_normal(0.25, 0, 1)));
  Random noise{1}, cold{1};
  const Tensor codes = sample(prior, 5000, 1, encoder(), noise).value();
  CHECK(codes.shape() == Shape{5000, 2});
  CHECK(codes.dtype() == DType::float64);
  CHECK(std::abs(mean(codes).item()) < 0.05);
  CHECK(var(codes).item() == doctest::Approx(1).epsilon(0.05));
  CHECK(allclose(sample(prior, 5000, 0.5, encoder(), cold).value(), 0.5 * codes));
  CHECK(nn::count_parameters(prior) == 0);
}

TEST_CASE("priors: the learned mixture is one, and begins with components apart") {
  Prior owner = models::MixturePrior{3, 2};
  auto& prior = std::get<models::MixturePrior>(owner);
  start(prior);
  const Tensor z = normal({6, 2}, 2);
  CHECK_FALSE(equal(prior.mean.value()[0], prior.mean.value()[1]));
  CHECK(amax(abs(prior.logits.value())).item() == 0);
  prior.logits.set(normal({3}, 3));
  prior.log_variance.set(normal({3, 2}, 4));
  const nn::GaussianMixture same{prior.logits, prior.mean, prior.log_variance};
  CHECK(equal(values(owner, z, encoder()), same.log_probability(z).value()));
  Random noise{5}, again{5};
  CHECK(equal(sample(owner, 7, 0.5, encoder(), noise).value(), same.sample(7, again, 0.5)));
  Random other{1};
  nn::Pass pass{other};
  const Gradients found = backward(sum(log_probability(owner, z, encoder(), pass)));
  for (const auto& [name, part] : nn::Parts(prior).parameters) CHECK(found.find(*part) != nullptr);
}

TEST_CASE("priors: the VampPrior is the mixture of the posteriors of its pseudo-inputs") {
  Prior owner = models::VampPrior{3, {1, 2, 2}};
  auto& prior = std::get<models::VampPrior>(owner);
  start(prior);
  CHECK(prior.logits.shape() == Shape{3, 1, 2, 2});
  const Encoder asked = encoder();
  const nn::Gaussian q = asked(sigmoid(prior.logits));
  const auto m = q.mean.value().to_vector<double>(), v = q.log_variance.value().to_vector<double>();
  const Tensor z = normal({6, 2}, 2);
  const Tensor found = values(owner, z, asked);
  for (std::int64_t i = 0; i < 6; ++i) {
    double p = 0;
    for (std::size_t k = 0; k < 3; ++k)
      p += std::exp(log_normal(z[i][0].item(), m[2 * k], std::exp(v[2 * k])) +
                    log_normal(z[i][1].item(), m[2 * k + 1], std::exp(v[2 * k + 1]))) /
           3;
    CHECK(found[i].item() == doctest::Approx(std::log(p)).epsilon(1e-12));
  }
  CHECK_THROWS_AS(prior.begin_at(full({3, 1, 2, 2}, 255, DType::float64)), Error);
  // Cold samples are means of those posteriors.
  Random noise{5}, other{6};
  const Tensor cold = sample(owner, 20, 0, asked, noise).value();
  for (std::int64_t i = 0; i < 20; ++i)
    CHECK((equal(cold[i], q.mean.value()[0]) || equal(cold[i], q.mean.value()[1]) ||
           equal(cold[i], q.mean.value()[2])));
  nn::Pass pass{other};
  const Gradients slopes = backward(sum(log_probability(owner, z, asked, pass)));
  CHECK(slopes.find(prior.logits) != nullptr);
  CHECK(slopes.find(asked.mean.weight) != nullptr);  // the encoder learns from both sides
}

TEST_CASE("priors: a code of the code gives log p(z) itself where its posterior is exact") {
  // p(z|u) = N(1.5 u - 0.4, 0.3), so p(z) = N(-0.4, 2.25 + 0.3).
  const double variance = 1.5 * 1.5 + 0.3, gain = 1.5 / variance;
  const Prior exact =
      models::StackedPrior{line(nn::Identity{}, gain, 0.4 * gain, 0, std::log(0.3 / variance)),
                           line(nn::Identity{}, 1.5, -0.4, 0, std::log(0.3))};
  const Tensor z = from_vector<double>({-3, -0.4, 0, 2.5}, {4, 1});
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Tensor p = values(exact, z, encoder(), seed);
    for (std::int64_t i = 0; i < 4; ++i)
      CHECK(p[i].item() ==
            doctest::Approx(log_normal(z[i][0].item(), -0.4, variance)).epsilon(1e-12));
  }
  Random noise{1}, cold{1};
  const Tensor codes = sample(exact, 20'000, 1, encoder(), noise).value();
  CHECK(codes.shape() == Shape{20'000, 1});
  CHECK(std::abs(mean(codes).item() + 0.4) < 0.05);
  CHECK(var(codes).item() == doctest::Approx(variance).epsilon(0.05));
  // Both draws are cooled.
  CHECK(var(sample(exact, 20'000, 0.5, encoder(), cold).value()).item() ==
        doctest::Approx(variance / 4).epsilon(0.05));
}

// log p(z) = log ∫ p(z|u) p(u) du, by the trapezoidal rule.
TEST_CASE("priors: a code of the code stays below log p(z) in the mean, and comes close") {
  const Prior prior =
      models::StackedPrior{line(nn::Tanh{}, 0.9, 0, 0, -1.2), line(nn::Tanh{}, 1.5, -0.4, 0.5, -1)};
  for (const double z : {-1.5, 0.0, 1.2}) {
    double p = 0;
    for (double u = -9; u < 9; u += 0.01) {
      const double h = std::tanh(u);
      p += 0.01 *
           std::exp(log_normal(u, 0, 1) + log_normal(z, 1.5 * h - 0.4, std::exp(0.5 * h - 1)));
    }
    constexpr std::int64_t draws = 20'000;
    const Tensor each = values(prior, full({draws, 1}, z, DType::float64), encoder());
    const double bound = mean(each).item(), error = std::sqrt(var(each).item() / draws);
    CHECK(bound + 3 * error < std::log(p));
    CHECK(bound > std::log(p) - 1);
    // exp of it has the mean p(z), as importance weights have.
    CHECK(mean(exp(each)).item() == doctest::Approx(p).epsilon(0.05));
  }
}
