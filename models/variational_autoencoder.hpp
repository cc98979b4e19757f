// The variational autoencoder: every example gets a distribution over codes, and codes from the
// prior become new examples. (Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014.)
#pragma once

#include <nn/module.hpp>
#include <nn/pass.hpp>

namespace ebb::nn {
struct Gaussian;  // nn/distributions.hpp
}

namespace ebb::models {

struct VariationalParts;

// What is minimized, where it is not the plain bound.
struct Objective {
  double beta = 1;           // weight of the divergence (Higgins et al., "beta-VAE", ICLR 2017)
  std::int64_t samples = 1;  // draws of z for each x, of the importance-weighted bound
  double free_bits = 0;  // nats that each number of the code may hold at no cost, in the mean over
                         // a batch (Kingma et al., "Inverse Autoregressive Flow", NeurIPS 2016)
  // Of a learned prior, between 0, where N(0, 1) stands in its place, and 1. Codes have no place of
  // their own before they mean something: a prior that follows them from the first step lets them
  // drift to where the decoder no longer tells them apart.
  double learned_prior = 1;
};

// Of the dense model: Linear and ReLU for each width, and back in the mirror.
struct VariationalAutoencoderOptions {
  std::int64_t input = 784;  // numbers of an example, whatever its shape
  std::vector<std::int64_t> hidden = {400};
  std::int64_t latent = 20;
  double beta = 1;
};

// In nats. The evidence lower bound of log p(x) is -(reconstruction + kl), whatever beta is.
struct [[nodiscard]] VariationalLoss {
  Variable loss;            // the mean over examples of what the objective says, a scalar
  Variable reconstruction;  // [n], -log p(x|z) in the mean over the draws of z from q(z|x)
  Variable kl;              // [n], KL(q(z|x) || p(z)): its closed form, or of the draws
};

// Unless its parts say otherwise, codes have the prior N(0, 1), and elements of x follow Bernoulli
// distributions; gray ones, in [0, 1], are then taken as probabilities. A model of examples of
// which more is known takes that as `condition` [n, c], one-hot labels say, wherever it is named.
class VariationalAutoencoder final : public nn::Module {
 public:
  explicit VariationalAutoencoder(const VariationalAutoencoderOptions& options = {});
  // Of other networks, priors and likelihoods, perhaps with a flow: models/variational_parts.hpp.
  explicit VariationalAutoencoder(VariationalParts parts, const Objective& objective = {});
  VariationalAutoencoder(const VariationalAutoencoder& other);
  VariationalAutoencoder(VariationalAutoencoder&& other) noexcept;
  VariationalAutoencoder& operator=(VariationalAutoencoder other) noexcept;
  ~VariationalAutoencoder() override;

  nn::Gaussian encode(const Variable& x, const Variable& condition = {}) const;  // q(z|x)
  Variable decode(const Variable& z, const Variable& condition = {}) const;  // the mean of p(x|z)
  Variable operator()(const Variable& x) const;  // decodes the code of x, in x's shape
  // n new examples, the means of p(x|z) for n codes of the prior. A temperature below 1 keeps
  // closer to its middle.
  Variable sample(std::int64_t n, Random& noise, double temperature = 1) const;

  // Throws Error for free bits of a divergence that has no closed form: by several samples, under
  // another prior than N(0, 1), or with a flow.
  VariationalLoss loss(const Variable& x, nn::Pass& pass, const Variable& condition = {}) const;
  // Lower bounds of log p(x), [n]: -(reconstruction + kl) of the loss, and from K draws, which is
  // tighter.
  Variable bound(const Variable& x, nn::Pass& pass, const Variable& condition = {}) const;
  Variable bound(const Variable& x, std::int64_t draws, nn::Pass& pass,
                 const Variable& condition = {}) const;
  // log Σ_y p(y) p(x|y) of a model whose condition is one of the classes y, all as probable, [n];
  // each p(x|y) is bounded from K draws.
  Variable marginal(const Variable& x, std::int64_t classes, std::int64_t draws,
                    nn::Pass& pass) const;
  // log p(x, z) - log q(z|x) of K draws, [K, n], of which the second bound is made.
  Variable log_weights(const Variable& x, std::int64_t draws, nn::Pass& pass,
                       const Variable& condition = {}) const;

  void visit(nn::Visitor& v) override;
  const VariationalParts& parts() const { return *parts_; }
  VariationalParts& parts() { return *parts_; }

  Objective objective;

 private:
  std::unique_ptr<VariationalParts> parts_;
};

}  // namespace ebb::models
