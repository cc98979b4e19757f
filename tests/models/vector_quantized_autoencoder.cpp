#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/vector_quantized_autoencoder.hpp>
#include <nn/checkpoint.hpp>
#include <nn/data/digits.hpp>
#include <nn/data/loader.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/parts.hpp>
#include <nn/pass.hpp>
#include <tensor/compare.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;
using models::Likelihood, models::VectorQuantizedAutoencoder;

namespace {

VectorQuantizedAutoencoder begun(const models::VectorQuantizedAutoencoderOptions& options,
                                 DType dtype = DType::float32) {
  VectorQuantizedAutoencoder model(options);
  nn::initialize(model, {.seed = 5, .dtype = dtype});
  return model;
}

// Small, with a codebook whose vectors are all in use.
VectorQuantizedAutoencoder small(const Shape& image, DType dtype = DType::float64) {
  VectorQuantizedAutoencoder model =
      begun({.image = image,
             .quantizer = {.codes = 5, .width = 3},
             .prior = {.width = 8, .layers = 1},
             .likelihood = Likelihood(Likelihood::Kind::beta_binomial)},
            dtype);
  Random random{3};
  model.quantizer.codebook.set(0.1 * randn({5, 3}, random, dtype));
  return model;
}

// 32 of 14 x 14 pixels: every second one of 28 x 28.
Tensor digits() {
  const nn::ImageDataset all = nn::draw_digits({.train = 32, .test = 0}).train;
  const Tensor x = nn::Loader(all, {.batch_size = 32}).epoch(0).batch(0).inputs;
  return slice(slice(x, 2, 0, the_end, 2), 3, 0, the_end, 2);
}

}  // namespace

TEST_CASE("vector-quantized autoencoder: names and shapes of its parts") {
  const VectorQuantizedAutoencoder model;
  const nn::Parts parts(model);
  std::string all;
  for (const auto& [name, part] : parts.parameters)
    if (!name.starts_with("prior.")) all += text(name, ' ', part->shape(), '\n');
  for (const auto& [name, part] : parts.buffers) all += text(name, ' ', part->shape(), '\n');
  CHECK(all ==
        "encoder.0.weight [32, 1, 4, 4]\nencoder.0.bias [32]\n"
        "encoder.2.weight [64, 32, 4, 4]\nencoder.2.bias [64]\n"
        "encoder.4.weight [64, 64, 1, 1]\nencoder.4.bias [64]\n"
        "places [7, 7, 64]\n"
        "decoder.0.weight [64, 64, 1, 1]\ndecoder.0.bias [64]\n"
        "decoder.2.weight [64, 32, 4, 4]\ndecoder.2.bias [32]\n"
        "decoder.4.weight [32, 1, 4, 4]\ndecoder.4.bias [1]\n"
        "quantizer.codebook [512, 64]\nquantizer.counts [512]\n");
}

TEST_CASE("vector-quantized autoencoder: images of any size from 4 x 4 come back as they were") {
  for (const Shape& image : {Shape{1, 4, 4}, Shape{1, 5, 7}, Shape{3, 10, 9}, Shape{2, 11, 6}}) {
    CAPTURE(text(image));
    const VectorQuantizedAutoencoder model = small(image);
    Random random{1}, noise{2}, same{2};
    const Tensor x = rand({2, image[0], image[1], image[2]}, random, DType::float64);
    const Variable codes = model.encode(x);
    CHECK(codes.shape() == Shape{2, image[1] / 4 * (image[2] / 4) * 3});
    const Tensor again = model.decode(codes).value();
    CHECK(again.shape() == Shape{2, image.count()});
    CHECK(amin(again).item() > 0);
    CHECK(amax(again).item() < 1);
    CHECK(model.sample(3, noise).shape() == Shape{3, image.count()});
    nn::Pass pass{noise};
    CHECK(model.loss(x, pass).codes.shape() == Shape{2, image[1] / 4, image[2] / 4});
    // One image alone is what it is among others.
    CHECK(allclose(model.bound(slice(x, 0, 0, 1), pass).value(),
                   slice(model.bound(x, pass).value(), 0, 0, 1)));
    // Draws are gray values.
    const Tensor drawn = 255 * model.sample(2, same, 1, false);
    CHECK(amax(abs(drawn - round(drawn))).item() < 1e-9);
  }
}

// With 2 places and 5 codes there are 25 ways to write an image: log p(x) is the sum over them.
TEST_CASE("vector-quantized autoencoder: its bound is one term of log p(x)") {
  const VectorQuantizedAutoencoder model = small({1, 4, 8});
  Random random{1};
  nn::Pass pass{random};
  const Tensor x = round(255 * rand({1, 1, 4, 8}, random, DType::float64)) / 255;
  const models::VectorQuantizedLoss terms = model.loss(x, pass);
  const double bound = model.bound(x, pass).item();
  CHECK(bound == doctest::Approx(-(terms.reconstruction.item() + terms.rate.item())));
  CHECK(terms.loss.item() ==
        doctest::Approx(-bound + 0.25 * terms.commitment.item()).epsilon(1e-12));
  double total = 0, own = 0;
  for (std::int32_t code = 0; code < 25; ++code) {
    const std::int32_t first = code % 5, second = code / 5;
    const Tensor codes = from_vector<std::int32_t>({first, second}, {1, 1, 2});
    const Tensor vectors = model.quantizer.vectors(codes) + model.places.value();
    const Variable p = model.decoder(permute(vectors, {0, 3, 1, 2}));
    const double term =
        sum(model.likelihood.log_probability(nn::flatten(p), nn::flatten(x))).item() +
        model.prior.log_probability(codes, pass).item();
    total += std::exp(term - bound);
    if (terms.codes.to_vector<std::int32_t>() == std::vector<std::int32_t>{first, second})
      own = term;
  }
  CHECK(own == doctest::Approx(bound).epsilon(1e-12));
  CHECK(total > 1);
  CHECK(same_bits(model.encode(x).value(), reshape(model.quantizer.vectors(terms.codes), {1, 6})));
}

TEST_CASE("vector-quantized autoencoder: the encoder gets the vectors' gradient and commitment's") {
  const VectorQuantizedAutoencoder model = small({1, 6, 9});
  Random random{1};
  nn::Pass pass{random};
  const Tensor x = rand({3, 1, 6, 9}, random, DType::float64);
  const Gradients found = backward(model.loss(x, pass).loss);

  const Variable z = model.encoder(x);  // [3, 3, 1, 2]
  const Tensor rows = permute(z.value(), {0, 2, 3, 1});
  const Tensor vectors = model.quantizer.vectors(model.quantizer.nearest(rows));
  const Variable code = leaf(permute(vectors, {0, 3, 1, 2}));
  const Variable placed = code + permute(model.places.value(), {2, 0, 1});
  const Variable loss =
      -sum(model.likelihood.log_probability(nn::flatten(model.decoder(placed)), nn::flatten(x))) /
      3;
  const Tensor dz = gradients(loss, code).value() + 0.25 * 2 * (z.value() - code.value()) / 3;
  // What arrives at z, carried on to the weights.
  for (const auto& [name, part] : nn::Parts(model.encoder).parameters) {
    const std::string path = part->path();
    const Tensor expected = gradients(sum(z * dz), part->leaf()).value();
    CHECK_MESSAGE(allclose(found[part->leaf()], expected, {.rtol = 1e-10, .atol = 1e-12}), path);
  }
}

TEST_CASE("vector-quantized autoencoder: what the prior learns changes nothing else") {
  const VectorQuantizedAutoencoder model = small({1, 6, 9});
  Random random{1};
  nn::Pass pass{random};
  const Tensor x = rand({3, 1, 6, 9}, random, DType::float64);
  const Gradients rate = backward(mean(model.loss(x, pass).rate));
  for (const auto& [name, part] : nn::Parts(model).parameters) {
    const std::string path = part->path();
    CHECK_MESSAGE((rate.find(part->leaf()) != nullptr) == name.starts_with("prior."), path);
  }
}

TEST_CASE("vector-quantized autoencoder: one code alone is drawn as the mean image") {
  VectorQuantizedAutoencoder model = begun({.image = {1, 8, 8},
                                            .quantizer = {.codes = 1, .width = 8},
                                            .prior = {.width = 4, .layers = 1, .heads = 1}});
  Random random{1};
  const Tensor x = rand({6, 1, 8, 8}, random);
  nn::Adam adam{model, {.learning_rate = 1e-2}};
  nn::Pass pass{random, true};
  for (int step = 0; step < 400; ++step) {
    const models::VectorQuantizedLoss terms = model.loss(x, pass);
    CHECK(amax(abs(terms.rate.value())).item() == 0);  // nothing needs to be said
    adam.step(backward(terms.loss), pass);
  }
  const Tensor again = reshape(model.decode(model.encode(x)).value(), x.shape());
  CHECK(amax(abs(again - mean(x, 0, true))).item() < 0.01);
  // So its squared error is the variance of the pixels.
  CHECK(mean(square(again - x)).item() == doctest::Approx(mean(var(x, 0, 0)).item()).epsilon(1e-3));
}

TEST_CASE("vector-quantized autoencoder: any number of threads learns the same, and it is kept") {
  const models::VectorQuantizedAutoencoderOptions options = {
      .image = {1, 14, 14},
      .quantizer = {.codes = 32, .width = 16},
      .prior = {.width = 16, .layers = 1}};
  const TemporaryFolder place;
  const std::string path = place.path() / "vq.safetensors";
  const Tensor x = digits();
  CHECK(same_on_any_number_of_threads([&] {
    VectorQuantizedAutoencoder model = begun(options), loaded = begun(options);
    Random noise{1};
    nn::Pass pass{noise, true}, plain{noise};
    nn::Adam adam{model};
    const double before = model.loss(x, plain).loss.item();
    for (int step = 0; step < 8; ++step) adam.step(backward(model.loss(x, pass).loss), pass);
    const double after = model.loss(x, plain).loss.item();
    CHECK(after < before);
    nn::save(model, path);
    nn::load(loaded, path);
    CHECK(loaded.loss(x, plain).loss.item() == after);
    CHECK(same_bits(loaded.quantizer.counts.value(), model.quantizer.counts.value()));
    return model.sample(2, noise);
  }));
}

TEST_CASE("vector-quantized autoencoder: what does not fit is refused") {
  CHECK(message_of([] {
          return VectorQuantizedAutoencoder({.image = {1, 3, 9}});
        }) ==
        "vector_quantized_autoencoder: images [1, 3, 9]; they must be [channels, height, width], "
        "at least 4 x 4");
  CHECK(message_of([] {
          return VectorQuantizedAutoencoder({.image = {28, 28}});
        }).starts_with("vector_quantized_autoencoder: images [28, 28]"));
  CHECK(message_of([] {
          return VectorQuantizedAutoencoder({.quantizer = {.codes = -1}});
        }).starts_with("vector_quantizer: -1 codes"));
  const VectorQuantizedAutoencoder model = small({1, 6, 9});
  Random noise{1};
  nn::Pass pass{noise};
  CHECK(message_of<ShapeError>([&] {
          return model.bound(ones({1, 2, 6, 9}, DType::float64), pass);
        }) != "nothing was thrown");
}
