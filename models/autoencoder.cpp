#include <autograd/views.hpp>
#include <models/autoencoder.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>
#include <nn/losses.hpp>

namespace ebb::models {

using nn::Linear, nn::ReLU, nn::Sigmoid;

Autoencoder::Autoencoder(const AutoencoderOptions& o)
    : encoder(nn::hidden_layers(o.input, o.hidden)),
      decoder(nn::hidden_layers(o.latent, {o.hidden.rbegin(), o.hidden.rend()})) {
  encoder.add(Linear{o.hidden.empty() ? o.input : o.hidden.back(), o.latent});
  if (o.hidden.empty()) encoder.add(ReLU{});
  decoder.add(Linear{o.hidden.empty() ? o.latent : o.hidden.front(), o.input});
  decoder.add(Sigmoid{});
}

Variable Autoencoder::encode(const Variable& x) const { return encoder(nn::flatten(x)); }

Variable Autoencoder::operator()(const Variable& x) const {
  return reshape(decode(encode(x)), x.shape());
}

Variable Autoencoder::loss(const Variable& x) const { return nn::mse_loss((*this)(x), x); }

void Autoencoder::visit(nn::Visitor& v) {
  v("encoder", encoder);
  v("decoder", decoder);
}

}  // namespace ebb::models
