#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/vector_quantized_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/convolution.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/pass.hpp>

namespace ebb::models {

using nn::Conv2d, nn::ConvTranspose2d, nn::ReLU;

namespace {
const VectorQuantizedAutoencoderOptions& checked(const VectorQuantizedAutoencoderOptions& o) {
  if (o.image.rank() != 3 || o.image[1] < 4 || o.image[2] < 4)
    throw Error(text("vector_quantized_autoencoder: images ", o.image,
                     "; they must be [channels, height, width], at least 4 x 4"));
  return o;
}

CodePriorOptions prior_of(const VectorQuantizedAutoencoderOptions& o) {
  CodePriorOptions prior = o.prior;
  prior.codes = o.quantizer.codes;
  prior.steps = (o.image[1] / 4) * (o.image[2] / 4);
  return prior;
}

Conv2d halve(std::int64_t in, std::int64_t out) {
  return {in, out, 4, {.stride = 2, .padding = 1}};
}

// To the size from which halving came: an odd one needs a row or a column more.
ConvTranspose2d twice(std::int64_t in, std::int64_t out, std::int64_t height, std::int64_t width) {
  return {in, out, 4, {.stride = 2, .padding = 1, .output_padding = {height % 2, width % 2}}};
}

// The channels move behind the places.
Variable as_vectors(const Variable& features) { return permute(features, {0, 2, 3, 1}); }

}  // namespace

VectorQuantizedAutoencoder::VectorQuantizedAutoencoder(const VectorQuantizedAutoencoderOptions& o)
    : quantizer(checked(o).quantizer),
      places({o.image[1] / 4, o.image[2] / 4, o.quantizer.width}),
      likelihood(o.likelihood),
      prior(prior_of(o)),
      commitment_(o.commitment) {
  const std::int64_t channels = o.image[0], height = o.image[1], width = o.image[2];
  encoder = nn::Sequential{halve(channels, 32), ReLU{}, halve(32, 64), ReLU{},
                           Conv2d{64, o.quantizer.width, 1}};
  decoder =
      nn::Sequential{Conv2d{o.quantizer.width, 64, 1}, ReLU{}, twice(64, 32, height / 2, width / 2),
                     ReLU{}, twice(32, likelihood.numbers() * channels, height, width)};
}

Variable VectorQuantizedAutoencoder::pixels(const Variable& vectors) const {
  const Shape& grid = places.shape();
  const Variable placed = reshape(vectors, {vectors.size(0), grid[0], grid[1], grid[2]}) + places;
  return nn::flatten(decoder(permute(placed, {0, 3, 1, 2})));
}

Variable VectorQuantizedAutoencoder::encode(const Variable& x) const {
  const Tensor codes = quantizer.nearest(as_vectors(encoder(x)).value());
  return nn::flatten(Variable(quantizer.vectors(codes)));
}

Variable VectorQuantizedAutoencoder::decode(const Variable& vectors) const {
  return likelihood.mean(pixels(vectors));
}

Tensor VectorQuantizedAutoencoder::sample(std::int64_t n, Random& noise, double temperature,
                                          bool means) const {
  const NoGrad constants;
  const Variable p = pixels(quantizer.vectors(prior.sample(n, noise, temperature)));
  return means ? likelihood.mean(p).value() : likelihood.sample(p, noise);
}

VectorQuantizedLoss VectorQuantizedAutoencoder::loss(const Variable& x, nn::Pass& pass) const {
  const Quantized code = quantizer(as_vectors(encoder(x)), pass);
  const Variable reconstruction =
      -nn::per_example(likelihood.log_probability(pixels(code.vectors), nn::flatten(x)));
  const Variable rate = -prior.log_probability(code.codes, pass);
  const Variable commitment = nn::per_example(code.distances);
  return {mean(reconstruction + rate + commitment_ * commitment), reconstruction, rate, commitment,
          code.codes};
}

Variable VectorQuantizedAutoencoder::bound(const Variable& x, nn::Pass& pass) const {
  const VectorQuantizedLoss terms = loss(x, pass);
  return -(terms.reconstruction + terms.rate);
}

void VectorQuantizedAutoencoder::visit(nn::Visitor& v) {
  v("encoder", encoder), v("quantizer", quantizer), v("places", places);
  v("decoder", decoder), v("likelihood", likelihood), v("prior", prior);
}

}  // namespace ebb::models
