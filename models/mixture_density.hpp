// A mixture of Gaussians with full covariances, fitted to points: what an autoencoder, which has no
// prior, can draw new codes from.
#pragma once

#include <nn/buffer.hpp>
#include <nn/module.hpp>

namespace ebb {
struct Random;
}

namespace ebb::models {

// Its numbers are buffers: saved with a model, and no optimizer's business. Before a fit it is
// N(0, 1).
class MixtureDensity final : public nn::Module {
 public:
  MixtureDensity(std::int64_t components, std::int64_t width);

  // Expectation maximization from means at points that the noise chooses: until a step wins less
  // than 1e-3 nats a point, or 50 steps. A thousandth of the points' mean variance is added to
  // each variance, so none vanishes. Returns the mean of log p of the points in nats. Throws
  // ShapeError unless points are [n, width], and Error for fewer points than components, fewer than
  // two, and a point that is not finite. (Dempster, Laird and Rubin, "Maximum Likelihood from
  // Incomplete Data via the EM Algorithm", 1977.)
  double fit(const Tensor& points, Random& noise);

  bool is_fitted() const;  // its means are no longer 0

  Tensor log_probability(const Tensor& points) const;  // [n, width] to [n], in nats
  // [n, width]; a temperature below 1 keeps closer to the means.
  Tensor sample(std::int64_t n, Random& noise, double temperature = 1) const;

  void visit(nn::Visitor& v) override {
    v("log_weights", log_weights), v("means", means), v("factors", factors);
  }
  nn::Buffer log_weights, means, factors;  // [K], [K, width], [K, width, width]: L of Σ = L Lᵀ
};

}  // namespace ebb::models
