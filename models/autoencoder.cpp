#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/autoencoder.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>
#include <nn/losses.hpp>
#include <tensor/compare.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

using nn::Layer, nn::Linear, nn::Sequential;

namespace {

Layer dense_encoder(const AutoencoderOptions& o) {
  Sequential layers = nn::hidden_layers(o.input, o.hidden, {o.activation});
  layers.add(Linear{o.hidden.empty() ? o.input : o.hidden.back(), o.latent});
  if (o.hidden.empty()) layers.add(o.activation.value_or(nn::ReLU{}));
  return nn::Dense(std::move(layers));
}

Layer dense_decoder(const AutoencoderOptions& o) {
  Sequential layers =
      nn::hidden_layers(o.latent, {o.hidden.rbegin(), o.hidden.rend()}, {o.activation});
  layers.add(Linear{o.hidden.empty() ? o.latent : o.hidden.front(), o.input});
  if (o.sigmoid) layers.add(nn::Sigmoid{});
  return layers;
}

// 1 or -1, with equal chances.
Tensor random_signs(const Shape& shape, Random& noise, DType dtype) {
  return 2 * (rand(shape, noise, dtype) < 0.5) - 1;
}

}  // namespace

Autoencoder::Autoencoder(const AutoencoderOptions& o)
    : Autoencoder(dense_encoder(o), dense_decoder(o)) {}

Autoencoder::Autoencoder(Layer to_code, Layer from_code, const AutoencoderObjective& o)
    : encoder(std::move(to_code)), decoder(std::move(from_code)), objective(o) {}

Variable Autoencoder::operator()(const Variable& x) const {
  return reshape(decode(encode(x)), x.shape());
}

Variable Autoencoder::loss(const Variable& x) const { return nn::mse_loss((*this)(x), x); }

Variable Autoencoder::loss(const Variable& x, nn::Pass& pass) const {
  const auto& [corruption, sparsity, contractive] = objective;
  Variable seen = nn::corrupt(x.value(), corruption, pass.noise);
  const bool contracts = contractive > 0 && pass.training;
  if (contracts) seen = leaf(seen.value());
  const Variable code = encoder(seen, pass);
  Variable loss = nn::mse_loss(reshape(decoder(code, pass), x.shape()), x);
  if (sparsity > 0) loss = loss + sparsity * mean(nn::per_example(abs(code)));
  if (contracts) {
    const Shape one = {1, code.size(0), code.size(1)};
    const Tensor signs = random_signs(one, pass.noise, x.dtype());
    loss = loss + contractive * mean(contraction(code, seen, signs));
  }
  return loss;
}

void Autoencoder::visit(nn::Visitor& v) {
  v("encoder", encoder);
  v("decoder", decoder);
  v("density", density);
}

Variable contraction(const Variable& code, const Variable& x, const Tensor& directions) {
  Variable squares;
  for (std::int64_t k = 0; k < directions.size(0); ++k) {
    const Variable slope = gradients(sum(code * directions[k]), x, {.create_graph = true});
    const Variable square_of_one = nn::per_example(square(slope));
    squares = k == 0 ? square_of_one : squares + square_of_one;
  }
  return squares;
}

}  // namespace ebb::models
