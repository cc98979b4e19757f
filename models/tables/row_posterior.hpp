// What is thought of the code of a row, given what is known of it.
#pragma once

#include <models/tables/factors.hpp>
#include <nn/buffer.hpp>
#include <nn/distributions.hpp>
#include <nn/module.hpp>

namespace ebb::models {

// Factors that a model keeps; at first their loadings are 0.
class FactorCoder final : public nn::Module {
 public:
  FactorCoder(std::int64_t features, std::int64_t latent);
  // Takes as many factors as there are, or fewer: the other numbers of a code have no loadings.
  void set(const Factors& factors);
  FactorPosterior operator()(const Tensor& features, const Tensor& known) const;
  void visit(nn::Visitor& v) override {
    v("loadings", loadings_), v("mean", mean_), v("noise", noise_);
  }

 private:
  nn::Buffer loadings_, mean_, noise_;
};

// q(z|known cells): z = middle + root u, where u is Gaussian with a mean and variance that networks
// give, and middle and root are those of factor analysis, or 0 and 1. With u from N(0, 1) it is the
// exact posterior of linear factors, whichever cells are missing, with all its correlations.
struct [[nodiscard]] RowPosterior {
  FactorPosterior linear;  // constants, in the dtype of u
  nn::Gaussian u;          // [n, latent]

  Variable mean() const;          // [n, latent]
  Variable log_variance() const;  // of each number of the code
  // KL(q || N(0, 1)), [n, latent]: of each number, given those behind it. They sum to all of it.
  Variable divergence() const;
  Variable sample(Random& noise) const;  // [n, latent]

  struct Draws {
    Variable z;          // [K, n, latent]
    Variable log_ratio;  // log p(z) - log q(z), [K, n]
  };
  Draws draw(std::int64_t count, Random& noise) const;

 private:
  Variable variance() const;
  Variable log_scales() const;  // of each number, given those behind it
};

}  // namespace ebb::models
