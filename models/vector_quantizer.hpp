// A codebook: every vector is replaced by the nearest of a few, and so by that one's number. (van
// den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning", NeurIPS 2017.)
#pragma once

#include <nn/buffer.hpp>
#include <nn/module.hpp>

namespace ebb::models {

struct VectorQuantizerOptions {
  std::int64_t codes = 512;
  std::int64_t width = 64;  // of a vector
  double decay = 0.99;      // of what the codebook remembers in a step; 0: this batch alone
  double restart = 0.05;    // a code used less than this share of the mean starts again; 0: never
};

struct [[nodiscard]] Quantized {
  Variable vectors;    // the codes' own, in z's shape; their gradient goes straight on to z
  Tensor codes;        // int32 [...], of z [..., width]
  Variable distances;  // [...], |z - vector|², whose gradient goes to z alone
};

// The codebook learns without gradients. A training pass notes means over the vectors that each
// code was nearest to, each code's n vectors of the batch with the weight 1 - decay:
//     count ← decay count + (1 - decay) n,   code ← code + (1 - decay) (Σ z - n code) / count,
// which is the quotient of an exponential mean of the sums Σ z and that of n (Razavi, van den Oord
// and Vinyals, "Generating Diverse High-Fidelity Images with VQ-VAE-2", NeurIPS 2019, their
// appendix A.1 of 2017). With a decay of 0 it is a step of k-means. Codes whose count is below
// `restart` times the mean count become vectors of the batch, with that count: they stay if the
// next batches use them that much. These vectors are drawn from pass.noise with chances as their
// distances, as k-means++ begins (Arthur and Vassilvitskii, SODA 2007): a batch's many copies of
// the same need no other code. As many numbers are drawn in each step, however few codes restart.
class VectorQuantizer final : public nn::Module {
 public:
  // Throws Error for numbers out of range.
  explicit VectorQuantizer(const VectorQuantizerOptions& options = {});

  // The number of the nearest code, the first of equals: int32 [...] of z [..., width].
  Tensor nearest(const Tensor& z) const;
  // The vectors of codes: [..., width] of int32 [...]. Error for a number that there is not.
  Tensor vectors(const Tensor& codes) const;
  Quantized operator()(const Variable& z, nn::Pass& pass) const;
  void visit(nn::Visitor& v) override { v("codebook", codebook), v("counts", counts); }

  nn::Buffer counts, codebook;  // [codes] and [codes, width]

 private:
  void learn(const Tensor& z, const Quantized& found, nn::Pass& pass) const;

  VectorQuantizerOptions options_;
};

}  // namespace ebb::models
