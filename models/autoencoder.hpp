// The autoencoder: a narrow code from which the input can be reconstructed. (Hinton and
// Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006.)
#pragma once

#include <nn/sequential.hpp>

namespace ebb::models {

struct AutoencoderOptions {
  std::int64_t input = 784;
  std::vector<std::int64_t> hidden =
      {};  // widths on the way to the code; the way back mirrors them
  std::int64_t latent = 256;
};

//     x ── Linear, ReLU, … ── code ── …, ReLU, Linear, sigmoid ── reconstruction
// With hidden layers the code is linear; without, it goes through ReLU.
class Autoencoder final : public nn::Module {
 public:
  explicit Autoencoder(const AutoencoderOptions& options = {});

  Variable encode(const Variable& x) const;  // [n, …], flattened to [n, input], to [n, latent]
  Variable decode(const Variable& code) const { return decoder(code); }  // and back, in (0, 1)
  Variable operator()(const Variable& x) const;                          // both, in the shape of x
  Variable loss(const Variable& x) const;  // squared error, the mean over pixels and images

  void visit(nn::Visitor& v) override;

  nn::Sequential encoder, decoder;
};

}  // namespace ebb::models
