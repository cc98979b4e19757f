// Normalizing flows: a simple distribution bent into one that fits better. (Rezende and Mohamed,
// "Variational Inference with Normalizing Flows", ICML 2015.)
#pragma once

#include <nn/layers/linear.hpp>

namespace ebb::models {

// Steps z ← z + û tanh(wᵀ z + b), one after the other. Their u, w and b are made of the encoder's
// features, so each example has its own. û is u, moved along w until wᵀ û > -1: then every step can
// be undone (the paper's appendix A.1), and where w is near 0, û is near u as well.
class PlanarFlow final : public nn::Module {
 public:
  PlanarFlow(std::int64_t features, std::int64_t latent, std::int64_t steps);

  struct Flowed {
    Variable z;                // [n, latent]
    Variable log_determinant;  // [n]: log |∂z/∂z₀|, to subtract from log q(z₀)
  };
  // What the steps are made of, [n, numbers], from features [n, features].
  Variable numbers(const Variable& features) const { return numbers_(features); }
  Flowed operator()(const Variable& z, const Variable& numbers) const;

  void visit(nn::Visitor& v) override { v("numbers", numbers_); }

 private:
  std::int64_t latent_, steps_;
  nn::Linear numbers_;
};

}  // namespace ebb::models
