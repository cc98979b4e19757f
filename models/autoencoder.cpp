#include <models/autoencoder.hpp>
#include <nn/activations.hpp>
#include <nn/linear.hpp>
#include <nn/losses.hpp>

namespace ebb::models {

using nn::Linear, nn::ReLU, nn::Sigmoid;

Autoencoder::Autoencoder(const AutoencoderOptions& options) {
  std::int64_t width = options.input;
  for (std::int64_t next : options.hidden) {
    encoder.add(Linear{width, next});
    encoder.add(ReLU{});
    width = next;
  }
  encoder.add(Linear{width, options.latent});
  if (options.hidden.empty()) encoder.add(ReLU{});

  width = options.latent;
  for (auto next = options.hidden.rbegin(); next != options.hidden.rend(); ++next) {
    decoder.add(Linear{width, *next});
    decoder.add(ReLU{});
    width = *next;
  }
  decoder.add(Linear{width, options.input});
  decoder.add(Sigmoid{});
}

Variable Autoencoder::loss(const Variable& x) const { return nn::mse_loss((*this)(x), x); }

void Autoencoder::visit(nn::Visitor& v) {
  v("encoder", encoder);
  v("decoder", decoder);
}

}  // namespace ebb::models
