// The autoencoder whose code is a small picture of numbers from a codebook, and their prior. (van
// den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning", NeurIPS 2017.)
#pragma once

#include <models/code_prior.hpp>
#include <models/likelihood.hpp>
#include <models/vector_quantizer.hpp>

namespace ebb::models {

struct VectorQuantizedAutoencoderOptions {
  Shape image = {1, 28, 28};  // [channels, height, width], at least 4 x 4
  VectorQuantizerOptions quantizer = {};
  CodePriorOptions prior = {};           // its codes and steps follow from the others
  double commitment = 0.25;              // weight of the distance between features and their codes
  Likelihood likelihood = Likelihood{};  // of a pixel
};

// In nats per example. The codes follow from x alone, so -(reconstruction + rate) is one term of
// log p(x) = log Σ p(x|codes) p(codes), and a lower bound of it.
struct [[nodiscard]] VectorQuantizedLoss {
  Variable loss;            // the mean of reconstruction + rate + weight · commitment, a scalar
  Variable reconstruction;  // [n], -log p(x|codes)
  Variable rate;            // [n], -log p(codes) by the prior, for which codes are constants
  Variable commitment;      // [n], Σ |feature - vector of its code|² over the places
  Tensor codes;             // int32 [n, height / 4, width / 4]
};

//     x ── encoder ── features ── vectors of the nearest codes ── + places ── decoder ── p(x|codes)
// The encoder halves height and width twice, rounding down. It learns by the gradient that arrives
// at the vectors, and by the commitment; the codebook learns as VectorQuantizer says. The places
// tell the decoder where in the image it is, which convolutions alone do not know.
class VectorQuantizedAutoencoder final : public nn::Module {
 public:
  // Convolutions 4 x 4 of stride 2 to 32 and 64 channels, then 1 x 1 to the width of a code, and
  // all back. Throws Error for a smaller image, and what its parts throw.
  explicit VectorQuantizedAutoencoder(const VectorQuantizedAutoencoderOptions& options = {});

  // The vectors of the codes of x [n, channels, height, width], flattened: [n, latent].
  Variable encode(const Variable& x) const;
  Variable decode(const Variable& vectors) const;  // the mean of p(x|vectors), [n, pixels]
  // n new images [n, pixels] of codes from the prior: means of p(x|codes), or draws. The
  // temperature is the prior's.
  Tensor sample(std::int64_t n, Random& noise, double temperature = 1, bool means = true) const;
  VectorQuantizedLoss loss(const Variable& x, nn::Pass& pass) const;
  Variable bound(const Variable& x, nn::Pass& pass) const;  // of log p(x), [n]

  void visit(nn::Visitor& v) override;

  nn::Sequential encoder;  // [n, channels, height, width] to [n, width of a code, h, w]
  VectorQuantizer quantizer;
  nn::Parameter places;    // [h, w, width of a code]
  nn::Sequential decoder;  // back, to the numbers that the likelihood takes for a pixel
  Likelihood likelihood;
  CodePrior prior;

 private:
  Variable pixels(const Variable& vectors) const;  // what the decoder says, [n, numbers]

  double commitment_;
};

}  // namespace ebb::models
