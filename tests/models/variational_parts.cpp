// Covers: models/coders.cpp
#include <doctest/doctest.h>

#include <autograd/anomaly.hpp>
#include <autograd/elementwise.hpp>
#include <cmath>
#include <models/networks.hpp>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/parts.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>

using namespace ebb;
using models::Decoder, models::Encoder, models::VariationalParts;

namespace {

// Of 4 numbers, with a code of 2, told `condition` numbers besides.
VariationalParts made(std::int64_t condition = 0, std::int64_t flow_steps = 0) {
  VariationalParts parts{Encoder{nn::Dense{4, {5}}, 5, 2, condition},
                         Decoder{nn::hidden_layers(2 + condition, {5}), nn::Linear{5, 4}}};
  if (flow_steps > 0) parts.flow.emplace(5 + condition, 2, flow_steps);
  nn::initialize(parts, {.seed = 3, .dtype = DType::float64});
  return parts;
}

Tensor uniform(const Shape& shape, std::uint64_t seed) {
  Random random{seed};
  return rand(shape, random, DType::float64);
}

}  // namespace

TEST_CASE("coders: the log variance stays where its exponential is finite") {
  Encoder encoder{nn::Dense{4, {5}}, 5, 2};
  nn::initialize(encoder);
  CHECK(encoder.latent() == 2);
  encoder.log_variance.weight.set(zeros({2, 5}));
  encoder.log_variance.bias->set(from_vector<float>({1000, -1000}, {2}));
  const nn::Gaussian q = encoder(ones({1, 4}));
  CHECK(q.log_variance.value().to_vector<float>() == std::vector<float>{80, -80});
  CHECK(is_finite(q.divergence().value()));
}

TEST_CASE("coders: a pass reaches the hidden layers and the output") {
  Encoder encoder{nn::hidden_layers(4, {50}, {.dropout = 0.5}), 50, 2};
  Decoder decoder{nn::Identity{}, nn::Dropout{0.5}};
  nn::initialize(encoder);
  Random noise{1};
  nn::Pass learn{noise, true}, use{noise};
  const Tensor x = ones({3, 4});
  CHECK_FALSE(equal(encoder(x, learn).mean.value(), encoder(x).mean.value()));
  CHECK(equal(encoder(x, use).mean.value(), encoder(x).mean.value()));
  CHECK_FALSE(equal(decoder(ones({9, 9}), learn).value(), ones({9, 9})));
  CHECK(equal(decoder(ones({9, 9})).value(), ones({9, 9})));
}

TEST_CASE("variational parts: each has its name, and what it has not has none") {
  VariationalParts parts = made(0, 1);
  parts.prior = models::MixturePrior{3, 2};
  parts.likelihood = models::Likelihood{models::Likelihood::Kind::gaussian, 4};
  std::string all;
  for (const auto& [name, part] : nn::Parts(parts).parameters) all += name + '\n';
  CHECK(all ==
        "encoder.hidden.0.weight\nencoder.hidden.0.bias\nencoder.mean.weight\nencoder.mean.bias\n"
        "encoder.log_variance.weight\nencoder.log_variance.bias\n"
        "decoder.hidden.0.weight\ndecoder.hidden.0.bias\ndecoder.output.weight\n"
        "decoder.output.bias\nprior.logits\nprior.mean\nprior.log_variance\n"
        "likelihood.log_variance\nflow.numbers.weight\nflow.numbers.bias\n");
  const VariationalParts plain = made();
  CHECK(nn::Parts(plain).parameters.size() == 10);
}

TEST_CASE("variational parts: only the standard prior without a flow has a closed form") {
  VariationalParts parts = made();
  CHECK(parts.has_closed_form());
  parts.prior = models::VampPrior{3, {4}};
  CHECK_FALSE(parts.has_closed_form());
  CHECK_FALSE(made(0, 1).has_closed_form());
}

TEST_CASE("variational parts: what is known joins the features and each draw of the code") {
  const VariationalParts parts = made(3);
  const Tensor x = uniform({2, 4}, 1), known = one_hot(from_vector<std::int32_t>({0, 2}, {2}), 3);
  const Tensor condition = cast(known, DType::float64);
  const Tensor features = parts.features(x, condition).value();
  CHECK(features.shape() == Shape{2, 8});
  CHECK(equal(slice(features, 1, 5, 8), condition));
  const Tensor z = uniform({2, 2}, 2), by_hand = cat({z, condition}, 1);
  CHECK(equal(parts.decode(z, condition).value(), sigmoid(parts.decoder(by_hand)).value()));
  Random noise{1};
  nn::Pass pass{noise};
  CHECK(equal(parts.numbers(z, pass, condition).value(), parts.decoder(by_hand).value()));
  CHECK_THROWS_AS(parts.decode(z), ShapeError);
  // Of each of three draws, the examples in turn.
  const auto draws = parts.draws(x, features, 3, pass, condition);
  CHECK(draws.log_likelihood.shape() == Shape{3, 2});
  // One row too few, or too many, would go unnoticed if rows were repeated.
  for (const std::int64_t rows : {1, 4})
    CHECK(message_of<ShapeError>([&] {
            return parts.decode(z, uniform({rows, 3}, 3)).value();
          }) == text("vae: a condition [", rows,
                     ", 3] of 2 examples; it must be [n, c], a row for each"));
  CHECK_THROWS_AS(parts.decode(z, uniform({2}, 3)), ShapeError);
}

TEST_CASE("variational parts: no examples are told nothing") {
  const VariationalParts parts = made(3);
  const Tensor x = zeros({0, 4}, DType::float64), known = zeros({0, 3}, DType::float64);
  CHECK(parts.code(x, known).shape() == Shape{0, 2});
  CHECK(parts.decode(zeros({0, 2}, DType::float64), known).shape() == Shape{0, 4});
}

TEST_CASE("variational parts: the code is the mean, gone through the flow") {
  const VariationalParts plain = made(), bent = made(0, 2);
  const Tensor x = uniform({3, 4}, 1);
  CHECK(equal(plain.code(x).value(), plain.encoder(x).mean.value()));
  const Variable features = bent.features(x, {});
  const Variable mean = bent.encoder.posterior(features).mean;
  const Tensor flowed = (*bent.flow)(mean, bent.flow->numbers(features)).z.value();
  CHECK(equal(bent.code(x).value(), flowed));
  CHECK_FALSE(equal(flowed, mean.value()));
}

TEST_CASE("variational parts: drawn codes are the posterior's, gone through the flow") {
  const Tensor x = expand(uniform({1, 4}, 1), {4000, 4});
  const VariationalParts plain = made();
  Random noise{5}, same{5};
  const Tensor drawn = plain.draw_code(x, noise).value();
  const nn::Gaussian q = plain.encoder(x);
  const double error = std::exp(q.log_variance.value().to_vector<double>()[0] / 2) / 60;
  CHECK(mean(drawn, 0).to_vector<double>()[0] ==
        doctest::Approx(q.mean.value().to_vector<double>()[0]).epsilon(4 * error));
  CHECK(sum(log(var(drawn, 0))).item() ==
        doctest::Approx(sum(q.log_variance.value()[0]).item()).epsilon(0.2));
  const VariationalParts bent = made(0, 2);
  const Variable z = bent.encoder(x).sample(same);
  Random again{5};
  CHECK(bent.draw_code(x, again).value().to_vector<double>() ==
        (*bent.flow)(z, bent.flow->numbers(bent.features(x, {}))).z.value().to_vector<double>());
}

TEST_CASE("variational parts: draws have the divergence for their mean, and fit their codes") {
  const VariationalParts parts = made();
  const Tensor x = uniform({3, 4}, 1);
  Random noise{2}, same{2};
  nn::Pass pass{noise};
  constexpr std::int64_t count = 5000;
  const Variable features = parts.features(x, {});
  const auto [log_likelihood, log_ratio, standard] = parts.draws(x, features, count, pass, {});
  CHECK(log_likelihood.shape() == Shape{count, 3});
  CHECK(log_ratio.shape() == Shape{count, 3});
  const nn::Gaussian q = parts.encoder(x);
  const Tensor kl = nn::per_example(q.divergence()).value();
  CHECK(allclose(mean(log_ratio.value(), 0), kl, {.rtol = 0, .atol = 0.05}));
  CHECK(equal(log_ratio.value(), standard.value()));  // the prior is N(0, 1)
  // The first draw of the first example, from the definition.
  const Tensor epsilon = randn({count * 3, 2}, same, DType::float64)[0];
  const Tensor z = q.mean.value()[0] + exp(0.5 * q.log_variance.value()[0]) * epsilon;
  const Tensor p = parts.decode(reshape(z, {1, 2})).value()[0];
  CHECK(log_likelihood.value()[0][0].item() ==
        doctest::Approx(sum(x[0] * log(p) + (1 - x[0]) * log(1 - p)).item()).epsilon(1e-12));
  const Tensor ratio = sum(0.5 * (square(z) - q.log_variance.value()[0] - square(epsilon)));
  CHECK(log_ratio.value()[0][0].item() == doctest::Approx(ratio.item()).epsilon(1e-12));
}

TEST_CASE("variational parts: drawn examples have the decoder's mean") {
  const VariationalParts parts = made(3);
  const Tensor condition = cast(one_hot(zeros({8000}, DType::int32), 3), DType::float64);
  const Tensor z = expand(uniform({1, 2}, 4), {8000, 2});
  Random noise{1};
  const Tensor drawn = parts.draw(z, noise, condition);
  CHECK(drawn.shape() == Shape{8000, 4});
  CHECK(equal(drawn, square(drawn)));  // zeros and ones
  const Tensor expected = parts.decode(z, condition).value()[0];
  CHECK(allclose(mean(drawn, 0), expected, {.rtol = 0, .atol = 0.025}));
}
