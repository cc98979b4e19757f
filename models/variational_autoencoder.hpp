// The variational autoencoder: every example gets a distribution over codes, and codes from the
// prior become new examples. (Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014.)
#pragma once

#include <nn/layers/linear.hpp>
#include <nn/pass.hpp>
#include <nn/sequential.hpp>

namespace ebb::nn {
struct Gaussian;  // nn/distributions.hpp
}

namespace ebb::models {

// x ── hidden ─┬─ mean, log variance of q(z|x), a Gaussian per example, both [n, latent]
struct Encoder final : nn::Module {
  // `features`: how many numbers per example `hidden` makes, [n, features].
  Encoder(nn::Layer hidden, std::int64_t features, std::int64_t latent);
  nn::Gaussian operator()(const Variable& x) const;
  nn::Gaussian operator()(const Variable& x, nn::Pass& pass) const;
  void visit(nn::Visitor& v) override {
    v("hidden", hidden), v("mean", mean), v("log_variance", log_variance);
  }
  nn::Layer hidden;
  nn::Linear mean, log_variance;
};

// z ── hidden ── output ── logits of p(x|z)
struct Decoder final : nn::Module {
  Decoder(nn::Layer hidden_layer, nn::Layer output_layer)
      : hidden(std::move(hidden_layer)), output(std::move(output_layer)) {}
  Variable operator()(const Variable& z) const;
  Variable operator()(const Variable& z, nn::Pass& pass) const;
  void visit(nn::Visitor& v) override { v("hidden", hidden), v("output", output); }
  nn::Layer hidden, output;
};

// Of the dense model: Linear and ReLU for each width, and back in the mirror.
struct VariationalAutoencoderOptions {
  std::int64_t input = 784;  // numbers of an example, whatever its shape
  std::vector<std::int64_t> hidden = {400};
  std::int64_t latent = 20;
  double beta = 1;  // weight of the divergence (Higgins et al., "beta-VAE", ICLR 2017)
};

// In nats. The evidence lower bound of log p(x) is -(reconstruction + kl), whatever beta is.
struct [[nodiscard]] VariationalLoss {
  Variable loss;            // the mean over examples of reconstruction + beta kl, a scalar
  Variable reconstruction;  // [n], -log p(x|z) for one z from q(z|x)
  Variable kl;              // [n], KL(q(z|x) || N(0, 1))
};

// Elements of x follow Bernoulli distributions; gray ones, in [0, 1], are taken as probabilities.
class VariationalAutoencoder final : public nn::Module {
 public:
  explicit VariationalAutoencoder(const VariationalAutoencoderOptions& options = {});
  VariationalAutoencoder(Encoder encoder, Decoder decoder, double beta = 1);

  nn::Gaussian encode(const Variable& x) const;  // q(z|x) of examples [n, ...]
  Variable decode(const Variable& z) const;      // the mean of p(x|z)
  Variable operator()(const Variable& x) const;  // decodes the posterior's mean, in x's shape
  // n new examples from the prior; a temperature below 1 keeps closer to its middle.
  Variable sample(std::int64_t n, Random& noise, double temperature = 1) const;

  VariationalLoss loss(const Variable& x, nn::Pass& pass) const;
  // Lower bounds of log p(x), [n]: from one draw of z, and from K draws, which is tighter.
  Variable bound(const Variable& x, nn::Pass& pass) const;
  Variable bound(const Variable& x, std::int64_t draws, nn::Pass& pass) const;

  void visit(nn::Visitor& v) override { v("encoder", encoder), v("decoder", decoder); }

  Encoder encoder;
  Decoder decoder;
  double beta;

 private:
  // log p(x|z) per element of x [..., n, ...] for as many codes z [examples, latent].
  Variable log_likelihood(const Variable& x, const Variable& z, nn::Pass& pass) const;
  // log p(x, z) - log q(z|x), [draws, n].
  Variable log_weights(const Variable& x, const nn::Gaussian& posterior, std::int64_t draws,
                       nn::Pass& pass) const;
};

}  // namespace ebb::models
