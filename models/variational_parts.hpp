// What a variational autoencoder is made of: p(z), p(x|z) and q(z|x).
#pragma once

#include <models/likelihood.hpp>
#include <models/planar_flow.hpp>
#include <models/priors.hpp>

namespace ebb::models {

// The prior is N(0, 1), the likelihood Bernoulli and q(z|x) a Gaussian, unless said otherwise.
//     VariationalParts parts{Encoder{…}, Decoder{…}};
//     parts.prior = MixturePrior{10, 20};
//     VariationalAutoencoder model{std::move(parts)};
// `condition`, [n, c] or nothing, is what is known of the n examples besides.
struct VariationalParts final : nn::Module {
  VariationalParts(Encoder to_code, Decoder from_code);
  explicit VariationalParts(const struct VariationalAutoencoderOptions& options);  // the dense ones

  Variable features(const Variable& x, const Variable& condition) const;
  Variable features(const Variable& x, nn::Pass& pass, const Variable& condition) const;
  // The mean of q(z|x), gone through the flow where there is one: one code for each example.
  Variable code(const Variable& x, const Variable& condition = {}) const;
  // A draw from q(z|x) for each example.
  Variable draw_code(const Variable& x, Random& noise, const Variable& condition = {}) const;
  Variable sample_codes(std::int64_t n, Random& noise, double temperature = 1) const {
    return sample(prior, n, temperature, encoder, noise);
  }
  // For codes [n, latent]: the numbers of p(x|z), [n, numbers d]; its mean, [n, d]; a draw from it.
  Variable numbers(const Variable& z, nn::Pass& pass, const Variable& condition) const;
  Variable decode(const Variable& z, const Variable& condition = {}) const;
  Tensor draw(const Variable& z, Random& noise, const Variable& condition = {}) const;

  // Of K draws of z for each example, [K, n] each: log p(x|z); log q(z|x) - log p(z), which in the
  // mean is the divergence; and the same of N(0, 1) and the code before the flow, whose mean has a
  // closed form. Throws Error unless there is a draw.
  struct Draws {
    Variable log_likelihood, log_ratio, log_standard_ratio;
  };
  Draws draws(const Variable& x, const Variable& features, std::int64_t count, nn::Pass& pass,
              const Variable& condition) const;
  // Whether KL(q(z|x) || p(z)) has one: for the standard prior without a flow.
  bool has_closed_form() const { return std::holds_alternative<StandardPrior>(prior) && !flow; }

  void visit(nn::Visitor& v) override;

  Encoder encoder;
  Decoder decoder;
  Prior prior;
  Likelihood likelihood;
  std::optional<PlanarFlow> flow;
};

}  // namespace ebb::models
