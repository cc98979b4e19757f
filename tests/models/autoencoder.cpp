#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <models/autoencoder.hpp>
#include <nn/parts.hpp>
#include <tensor/views.hpp>
#include <tests/models/reference.hpp>

using namespace ebb;
using models::Autoencoder;

TEST_CASE("autoencoder: names of its parts, with hidden layers and without") {
  const auto names = [](const nn::Module& model) {
    std::string all;
    for (const auto& [name, part] : nn::Parts(model).parameters)
      all += text(name, ' ', part->shape(), '\n');
    return all;
  };
  CHECK(names(Autoencoder{}) ==
        "encoder.0.weight [256, 784]\nencoder.0.bias [256]\n"
        "decoder.0.weight [784, 256]\ndecoder.0.bias [784]\n");
  CHECK(names(Autoencoder{{.input = 9, .hidden = {5, 4}, .latent = 2}}) ==
        "encoder.0.weight [5, 9]\nencoder.0.bias [5]\nencoder.2.weight [4, 5]\nencoder.2.bias [4]\n"
        "encoder.4.weight [2, 4]\nencoder.4.bias [2]\ndecoder.0.weight [4, 2]\ndecoder.0.bias [4]\n"
        "decoder.2.weight [5, 4]\ndecoder.2.bias [5]\ndecoder.4.weight [9, 5]\n"
        "decoder.4.bias [9]\n");
}

TEST_CASE("autoencoder: the code is positive without hidden layers, and free with them") {
  Random random{1};
  const Variable x = rand({50, 9}, random);
  for (const bool deep : {false, true}) {
    Autoencoder model{{.input = 9,
                       .hidden = deep ? std::vector<std::int64_t>{6} : std::vector<std::int64_t>{},
                       .latent = 4}};
    nn::initialize(model);
    CHECK((amin(model.encode(x).value()).item() < 0) == deep);
    const Tensor y = model(x).value();
    CHECK(y.shape() == Shape{50, 9});
    CHECK(amin(y).item() > 0);
    CHECK(amax(y).item() < 1);
  }
}

// The loss and all gradients by plain loops over double, from the definition.
TEST_CASE("autoencoder: images with channels are flattened, and come back as images") {
  Random random{1};
  const Tensor rows = rand({5, 12}, random), images = reshape(rows, {5, 3, 2, 2});
  Autoencoder model{{.input = 12, .latent = 4}};
  nn::initialize(model);
  CHECK(model.loss(images).item() == model.loss(rows).item());
  CHECK(model(images).value().to_vector<float>() == model(rows).value().to_vector<float>());
  CHECK(model(images).shape() == Shape{5, 3, 2, 2});
}

TEST_CASE("autoencoder: loss and gradients as computed by hand") {
  for (const DType dtype : {DType::float64, DType::float32}) {
    Autoencoder model{{.input = 7, .latent = 3}};
    nn::initialize(model, {.seed = 4, .dtype = dtype});
    Random random{2};
    const Tensor x = rand({5, 7}, random, dtype);
    const Variable loss = model.loss(x);
    const Gradients found = backward(loss);

    const auto p = numbers_of(model);
    const Matrix input = matrix(x);
    const Matrix a = affine(input, p[0], p[1]);
    const Matrix h = each(a, [](double v) { return v > 0 ? v : 0; });
    const Matrix y = each(affine(h, p[2], p[3]), [](double v) { return 1 / (1 + std::exp(-v)); });
    double total = 0;
    Matrix dy = y;
    for (std::size_t i = 0; i < y.values.size(); ++i) {
      const double difference = y.values[i] - input.values[i];
      total += difference * difference / 35;
      dy.values[i] = 2 * difference / 35 * y.values[i] * (1 - y.values[i]);
    }
    Matrix dh = times(dy, p[2]);
    for (std::size_t i = 0; i < dh.values.size(); ++i) dh.values[i] *= a.values[i] > 0;

    const double tolerance = dtype == DType::float64 ? 1e-13 : 1e-5;
    CHECK(loss.item() == doctest::Approx(total).epsilon(tolerance));
    const Matrix expected[] = {weight_gradient(dh, input), column_sums(dh), weight_gradient(dy, h),
                               column_sums(dy)};
    check_gradients_of(model, found, expected, tolerance);
  }
}
