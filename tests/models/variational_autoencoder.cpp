#include <doctest/doctest.h>

#include <models/variational_autoencoder.hpp>
#include <nn/parts.hpp>
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

TEST_CASE("variational autoencoder: the sample is drawn from the posterior") {
  const models::Posterior posterior{zeros({20'000, 2}) + from_vector<float>({3, -1}),
                                    zeros({20'000, 2}) + from_vector<float>({0, 2})};
  Random random{1};
  const Tensor z = posterior.sample(random).value();
  const auto m = mean(z, {0}).to_vector<float>(), v = var(z, {0}).to_vector<float>();
  CHECK(m[0] == doctest::Approx(3).epsilon(0.02));
  CHECK(m[1] == doctest::Approx(-1).epsilon(0.1));
  CHECK(v[0] == doctest::Approx(1).epsilon(0.05));
  CHECK(v[1] == doctest::Approx(std::exp(2.0)).epsilon(0.05));
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

TEST_CASE("variational autoencoder: images with channels are flattened, and come back as rows") {
  Random random{1}, noise{2}, same_noise{2};
  const Tensor rows = rand({5, 12}, random), images = reshape(rows, {5, 3, 2, 2});
  VariationalAutoencoder model{{.input = 12, .hidden = {6}, .latent = 2}};
  nn::initialize(model);
  CHECK(model.loss(images, noise).loss.item() == model.loss(rows, same_noise).loss.item());
  CHECK(model(images).shape() == Shape{5, 12});
}

TEST_CASE("variational loss: the bound of an image is minus the sum of its two parts") {
  const models::VariationalLoss loss{zeros({}), from_vector({100.f, 90.f}),
                                     from_vector({5.f, 7.f})};
  CHECK(loss.bounds().to_vector<float>() == std::vector<float>{-105, -97});
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
    const models::VariationalLoss terms = model.loss(x, noise);
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
