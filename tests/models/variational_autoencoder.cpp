// Covers: models/variational_autoencoder.cpp, models/variational_bound.cpp
#include <doctest/doctest.h>

#include <cmath>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/dropout.hpp>
#include <nn/parts.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/views.hpp>
#include <tests/models/reference.hpp>

using namespace ebb;
using models::VariationalAutoencoder;

TEST_CASE("variational autoencoder: names and shapes of its parts") {
  const VariationalAutoencoder model;
  std::string all;
  for (const auto& [name, part] : nn::Parts(model).parameters)
    all += text(name, ' ', part->shape(), '\n');
  CHECK(all ==
        "encoder.hidden.0.weight [400, 784]\nencoder.hidden.0.bias [400]\n"
        "encoder.mean.weight [20, 400]\nencoder.mean.bias [20]\n"
        "encoder.log_variance.weight [20, 400]\nencoder.log_variance.bias [20]\n"
        "decoder.hidden.0.weight [400, 20]\ndecoder.hidden.0.bias [400]\n"
        "decoder.output.weight [784, 400]\ndecoder.output.bias [784]\n");
}

TEST_CASE("variational autoencoder: samples and reconstructions are probabilities") {
  VariationalAutoencoder model{{.input = 9, .hidden = {6, 5}, .latent = 2}};
  nn::initialize(model);
  Random random{1}, same{1};
  const Tensor images = model.sample(7, random).value();
  CHECK(images.shape() == Shape{7, 9});
  CHECK(amin(images).item() > 0);
  CHECK(amax(images).item() < 1);
  CHECK(model.sample(7, same).value().to_vector<float>() == images.to_vector<float>());
  CHECK(model(images).shape() == Shape{7, 9});
  VariationalAutoencoder flat{{.input = 9, .hidden = {}, .latent = 2}};
  nn::initialize(flat);
  CHECK(flat(images).shape() == Shape{7, 9});
}

TEST_CASE("variational autoencoder: images with channels are flattened, and come back as images") {
  Random random{1}, noise{2}, same_noise{2};
  nn::Pass pass{noise}, same_pass{same_noise};
  const Tensor rows = rand({5, 12}, random), images = reshape(rows, {5, 3, 2, 2});
  VariationalAutoencoder model{{.input = 12, .hidden = {6}, .latent = 2}};
  nn::initialize(model);
  CHECK(model.loss(images, pass).loss.item() == model.loss(rows, same_pass).loss.item());
  CHECK(model(images).shape() == Shape{5, 3, 2, 2});
}

// Loss, parts and all gradients by plain loops over double, from the definition.
TEST_CASE("variational autoencoder: loss and gradients as computed by hand") {
  constexpr double beta = 0.7;
  for (const DType dtype : {DType::float64, DType::float32}) {
    VariationalAutoencoder model{{.input = 7, .hidden = {5}, .latent = 3, .beta = beta}};
    nn::initialize(model, {.seed = 4, .dtype = dtype});
    Random random{2};
    const Tensor x = rand({6, 7}, random, dtype);
    Random noise{9}, same_noise{9};
    nn::Pass pass{noise, true};
    const models::VariationalLoss terms = model.loss(x, pass);
    const Gradients found = backward(terms.loss);

    const auto p = numbers_of(model);
    const Matrix input = matrix(x), epsilon = matrix(randn({6, 3}, same_noise, dtype));
    const auto positive = [](double v) { return v > 0 ? v : 0; };
    const Matrix a = affine(input, p[0], p[1]), h = each(a, positive);
    const Matrix m = affine(h, p[2], p[3]), v = affine(h, p[4], p[5]);
    Matrix z = m;
    for (std::size_t i = 0; i < z.values.size(); ++i)
      z.values[i] += std::exp(v.values[i] / 2) * epsilon.values[i];
    const Matrix b = affine(z, p[6], p[7]), g = each(b, positive);
    const Matrix logits = affine(g, p[8], p[9]);

    double reconstruction = 0, kl = 0;
    Matrix dlogits = logits, dz, dm = m, dv = v;
    for (std::size_t i = 0; i < logits.values.size(); ++i) {
      const double q = 1 / (1 + std::exp(-logits.values[i])), t = input.values[i];
      reconstruction -= (t * std::log(q) + (1 - t) * std::log(1 - q)) / 6;
      dlogits.values[i] = (q - t) / 6;
    }
    Matrix dg = times(dlogits, p[8]);
    for (std::size_t i = 0; i < dg.values.size(); ++i) dg.values[i] *= b.values[i] > 0;
    dz = times(dg, p[6]);
    for (std::size_t i = 0; i < m.values.size(); ++i) {
      const double variance = std::exp(v.values[i]);
      kl += (m.values[i] * m.values[i] + variance - 1 - v.values[i]) / 2 / 6;
      dm.values[i] = dz.values[i] + beta * m.values[i] / 6;
      dv.values[i] = dz.values[i] * epsilon.values[i] * std::sqrt(variance) / 2 +
                     beta * (variance - 1) / 2 / 6;
    }
    Matrix dh = times(dm, p[2]);
    const Matrix more = times(dv, p[4]);
    for (std::size_t i = 0; i < dh.values.size(); ++i)
      dh.values[i] = (dh.values[i] + more.values[i]) * (a.values[i] > 0);

    const double tolerance = dtype == DType::float64 ? 1e-13 : 1e-5;
    CHECK(terms.loss.item() == doctest::Approx(reconstruction + beta * kl).epsilon(tolerance));
    CHECK(mean(terms.reconstruction.value()).item() ==
          doctest::Approx(reconstruction).epsilon(tolerance));
    CHECK(mean(terms.kl.value()).item() == doctest::Approx(kl).epsilon(tolerance));
    const Matrix expected[] = {
        weight_gradient(dh, input),  column_sums(dh),     weight_gradient(dm, h), column_sums(dm),
        weight_gradient(dv, h),      column_sums(dv),     weight_gradient(dg, z), column_sums(dg),
        weight_gradient(dlogits, g), column_sums(dlogits)};
    check_gradients_of(model, found, expected, tolerance);
  }
}

namespace {

// A model of 3 numbers in (0, 1) with a code of one.
VariationalAutoencoder small() {
  VariationalAutoencoder model{{.input = 3, .hidden = {4}, .latent = 1}};
  nn::initialize(model, {.seed = 8, .dtype = DType::float64});
  return model;
}

}  // namespace

TEST_CASE("variational autoencoder: the bound of one draw is that of its loss") {
  const VariationalAutoencoder model = small();
  Random data{2}, noise{5}, same{5};
  const Tensor x = rand({6, 3}, data, DType::float64);
  nn::Pass pass{noise}, other{same};
  const models::VariationalLoss terms = model.loss(x, other);
  const Tensor expected = -(terms.reconstruction.value() + terms.kl.value());
  CHECK(model.bound(x, pass).value().to_vector<double>() == expected.to_vector<double>());
}

// log p(x) = log ∫ p(x|z) p(z) dz, by the trapezoidal rule over z.
TEST_CASE("variational autoencoder: more draws bring the bound up to log p(x)") {
  const VariationalAutoencoder model = small();
  const Tensor x = from_vector<double>({1, 0, 1, 0, 0, 1}, {2, 3});
  double exact[2] = {};
  const NoGrad constants;
  for (double z = -8; z < 8; z += 0.01) {
    const auto p = model.decode(from_vector<double>({z}, {1, 1})).value().to_vector<double>();
    const double prior = std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979324) * 0.01;
    exact[0] += prior * p[0] * (1 - p[1]) * p[2];
    exact[1] += prior * (1 - p[0]) * (1 - p[1]) * p[2];
  }
  Random noise{5};
  nn::Pass pass{noise};
  const auto average = [&](std::int64_t draws) {
    double sum = 0;
    for (int i = 0; i < 200; ++i) sum += mean(model.bound(x, draws, pass).value()).item() / 200;
    return sum;
  };
  const double log_p = (std::log(exact[0]) + std::log(exact[1])) / 2;
  const double one = average(1), ten = average(10), many = average(200);
  CHECK(one < ten);
  CHECK(ten < many + 1e-3);
  CHECK(many == doctest::Approx(log_p).epsilon(1e-3));
  CHECK_THROWS_WITH_AS(model.bound(x, 0, pass), "vae: 0 draws; it takes at least 1", Error);
}

TEST_CASE("variational autoencoder: any layers stand between x and the code") {
  VariationalAutoencoder mine{
      models::VariationalParts{
          models::Encoder{nn::Sequential{nn::Linear{9, 5}, nn::Tanh{}, nn::Dropout{0.5}}, 5, 2},
          models::Decoder{nn::Sequential{nn::Linear{2, 5}, nn::Tanh{}}, nn::Linear{5, 9}}},
      {.beta = 0.5}};
  nn::initialize(mine, {.seed = 1});
  Random noise{1}, again{1};
  const Tensor x = rand({4, 9}, noise);
  nn::Pass use{again}, learn{again, true};
  CHECK(mine(x).shape() == Shape{4, 9});
  CHECK(backward(mine.loss(x, learn).loss).find(mine.parts().encoder.mean.weight) != nullptr);
  CHECK(mine.sample(3, noise).shape() == Shape{3, 9});
  CHECK(nn::count_parameters(mine) == 9 * 5 + 5 + 2 * (5 * 2 + 2) + 2 * 5 + 5 + 5 * 9 + 9);
}

TEST_CASE("variational autoencoder: images keep their shape, and temperature its place") {
  VariationalAutoencoder model{{.input = 12, .hidden = {5}, .latent = 2}};
  nn::initialize(model, {.seed = 1});
  Random noise{1}, same{1}, third{1};
  const Tensor x = rand({4, 3, 2, 2}, noise);
  CHECK(model(x).shape() == Shape{4, 3, 2, 2});
  nn::Pass pass{noise};
  CHECK(model.bound(x, pass).shape() == Shape{4});
  // Cold samples lie together: all at the prior's middle.
  const Tensor cold = model.sample(2, same, 0).value();
  CHECK(equal(cold[0], cold[1]));
  CHECK_FALSE(equal(model.sample(2, third).value()[0], cold[0]));
}
