// The variational autoencoder: every image gets a distribution over codes, and codes from the prior
// become new images. (Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014.)
#pragma once

#include <nn/layers/linear.hpp>
#include <nn/sequential.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

struct VariationalAutoencoderOptions {
  std::int64_t input = 784;
  std::vector<std::int64_t> hidden = {400};  // widths between image and code, and back
  std::int64_t latent = 20;
  double beta = 1;  // weight of the divergence (Higgins et al., "beta-VAE", ICLR 2017)
};

// q(z|x) = N(mean, e^log_variance), a Gaussian per image; both [n, latent].
struct [[nodiscard]] Posterior {
  Variable mean, log_variance;

  // z = mean + e^(log_variance / 2) ε with ε from N(0, 1): a draw that passes gradients on.
  Variable sample(Random& random) const;
};

// In nats.
struct [[nodiscard]] VariationalLoss {
  Variable loss;            // the mean over images of reconstruction + beta kl, a scalar
  Variable reconstruction;  // [n], -log p(x|z) for one z from q(z|x)
  Variable kl;              // [n], KL(q(z|x) || N(0, 1))

  Tensor bounds() const;  // [n], the evidence lower bound of each image: -(reconstruction + kl)
};

struct Encoder final : nn::Module {
  explicit Encoder(const VariationalAutoencoderOptions& options);
  Posterior operator()(const Variable& x) const;
  void visit(nn::Visitor& v) override;
  nn::Sequential hidden;
  nn::Linear mean, log_variance;
};

struct Decoder final : nn::Module {
  explicit Decoder(const VariationalAutoencoderOptions& options);
  Variable operator()(const Variable& z) const;  // logits of the pixels
  void visit(nn::Visitor& v) override;
  nn::Sequential hidden;
  nn::Linear output;
};

// Pixels follow Bernoulli distributions; gray ones, in [0, 1], are taken as probabilities.
class VariationalAutoencoder final : public nn::Module {
 public:
  explicit VariationalAutoencoder(const VariationalAutoencoderOptions& options = {});

  Posterior encode(const Variable& x) const { return encoder(x); }  // [n, …], flattened
  Variable decode(const Variable& z) const;               // [n, latent] to probabilities [n, input]
  Variable operator()(const Variable& x) const;           // decodes the posterior's mean
  Variable sample(std::int64_t n, Random& random) const;  // n new images, [n, input]
  VariationalLoss loss(const Variable& x, Random& random) const;

  void visit(nn::Visitor& v) override;

  Encoder encoder;
  Decoder decoder;

 private:
  VariationalAutoencoderOptions options_;
};

}  // namespace ebb::models
