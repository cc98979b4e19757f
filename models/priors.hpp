// Distributions of codes: what a variational autoencoder draws from, and what its codes are held
// against.
#pragma once

#include <models/coders.hpp>
#include <nn/pass.hpp>
#include <variant>

namespace ebb::models {

// N(0, 1) for each number of the code: KL(q(z|x) || p(z)) has a closed form.
struct StandardPrior final : nn::Module {
  explicit StandardPrior(std::int64_t width) : latent(width) {}
  void visit(nn::Visitor&) override {}
  std::int64_t latent;
};

// A mixture of Gaussians that is learned.
struct MixturePrior final : nn::Module {
  MixturePrior(std::int64_t components, std::int64_t latent);
  void visit(nn::Visitor& v) override {
    v("logits", logits), v("mean", mean), v("log_variance", log_variance);
  }
  nn::Parameter logits, mean, log_variance;
};

// The mixture, with equal weights, of what the encoder makes of K examples that do not exist:
// pseudo-inputs in (0, 1), learned. (Tomczak and Welling, "VAE with a VampPrior", AISTATS 2018.)
struct VampPrior final : nn::Module {
  VampPrior(std::int64_t components, const Shape& example);
  // Begins anew at examples [K, …], which is where it learns best. Throws Error for one that is not
  // in [0, 1].
  void begin_at(const Tensor& examples);
  void visit(nn::Visitor& v) override { v("logits", logits); }
  nn::Parameter logits;  // [K, …] of the pseudo-inputs
};

// A code of the code: a variational autoencoder on z, of which `up` makes q(u|z) and `down` p(z|u).
struct StackedPrior final : nn::Module {
  StackedPrior(Encoder to_code, Encoder from_code)
      : up(std::move(to_code)), down(std::move(from_code)) {}
  void visit(nn::Visitor& v) override { v("up", up), v("down", down); }
  Encoder up, down;
};

using Prior = std::variant<StandardPrior, MixturePrior, VampPrior, StackedPrior>;

// log p(z) in nats, [n], of z [n, latent]; of a StackedPrior log p(z, u) - log q(u|z) of one draw
// u, which is a lower bound in the mean. A VampPrior asks the encoder, and goes through no flow;
// the encoder can take no condition then.
Variable log_probability(const Prior& prior, const Variable& z, const Encoder& encoder,
                         nn::Pass& pass);
// n codes, [n, latent]; a temperature below 1 keeps closer to the middle.
Variable sample(const Prior& prior, std::int64_t n, double temperature, const Encoder& encoder,
                Random& noise);

}  // namespace ebb::models
