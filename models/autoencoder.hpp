// The autoencoder: a narrow code from which the input can be reconstructed. (Hinton and
// Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", 2006.)
#pragma once

#include <models/mixture_density.hpp>
#include <nn/data/corrupt.hpp>
#include <nn/pass.hpp>
#include <nn/sequential.hpp>

namespace ebb::models {

struct AutoencoderOptions {
  std::int64_t input = 784;
  std::vector<std::int64_t> hidden =
      {};  // widths on the way to the code; the way back mirrors them
  std::int64_t latent = 256;
  std::optional<nn::Layer> activation = {};  // of the hidden layers; none: ReLU
  bool sigmoid = true;                       // of the reconstruction, which is then in (0, 1)
};

// What is asked of it besides a small squared error.
struct AutoencoderObjective {
  nn::Corruption corruption = {};  // it sees this of x, and is to make x of it
  // Weight of Σ |code|, the mean over examples: few numbers of the code differ from 0.
  double sparsity = 0;
  // Weight of ‖∂code/∂x‖² in training, the mean over examples: the code hardly moves with x. (Rifai
  // et al., "Contractive Auto-Encoders", ICML 2011.)
  double contraction = 0;
};

//     x ── Linear, ReLU, … ── code ── …, ReLU, Linear, sigmoid ── reconstruction
// With hidden layers the code is linear; without, it goes through the activation.
class Autoencoder final : public nn::Module {
 public:
  explicit Autoencoder(const AutoencoderOptions& options = {});
  // Of any layers: x [n, …] to [n, latent], and back to as many elements as x has.
  Autoencoder(nn::Layer encoder, nn::Layer decoder, const AutoencoderObjective& objective = {});

  Variable encode(const Variable& x) const { return encoder(x); }        // [n, …] to [n, latent]
  Variable decode(const Variable& code) const { return decoder(code); }  // and back
  Variable operator()(const Variable& x) const;                          // both, in the shape of x
  Variable loss(const Variable& x) const;  // squared error, the mean over pixels and images
  // The loss of the objective. Its squared error compares x with the reconstruction of corrupted x.
  Variable loss(const Variable& x, nn::Pass& pass) const;

  void visit(nn::Visitor& v) override;

  nn::Layer encoder, decoder;
  std::optional<MixtureDensity> density;  // of codes, where one was fitted; to draw new ones from
  AutoencoderObjective objective;
};

// Σ_k ‖v_kᵀ ∂code/∂x‖² of each example, [n], for directions v [k, n, latent] and codes [n, latent]
// that were computed of the leaf x. The unit vectors give all of ‖∂code/∂x‖²; one direction of
// random signs gives the same in the mean (Hutchinson, 1990), at the price of one backward pass.
Variable contraction(const Variable& code, const Variable& x, const Tensor& directions);

}  // namespace ebb::models
