// The two networks of a variational autoencoder, of any layers.
#pragma once

#include <nn/layers/linear.hpp>
#include <nn/sequential.hpp>

namespace ebb::nn {
struct Gaussian;  // nn/distributions.hpp
}

namespace ebb::models {

// Each of rows [n, d] with what is known of it besides, [n, c], behind it: [n, d + c]. `{}` is no
// condition. Throws ShapeError for other shapes.
Variable join(const Variable& rows, const Variable& condition);

// x ── hidden ─┬─ mean, log variance of q(z|x), a Gaussian per example, both [n, latent]
// x ── hidden ─┬─ joined ── ReLU ── the same, where a condition is known besides
//          condition
struct Encoder final : nn::Module {
  // `features`: how many numbers per example `hidden` makes, [n, features]; `condition`: how many
  // are known of it besides (a label's one-hot numbers), which join them. A layer of their own
  // lets the code leave out what the condition says already.
  Encoder(nn::Layer hidden, std::int64_t features, std::int64_t latent, std::int64_t condition = 0);
  nn::Gaussian operator()(const Variable& x) const;
  nn::Gaussian operator()(const Variable& x, nn::Pass& pass) const;
  // The last layers alone. The log variance is kept within ±80, where its exponential is finite.
  nn::Gaussian posterior(const Variable& features) const;
  std::int64_t latent() const { return mean.weight.shape()[0]; }
  void visit(nn::Visitor& v) override {
    v("hidden", hidden), v("joined", joined), v("mean", mean), v("log_variance", log_variance);
  }
  nn::Layer hidden;
  std::optional<nn::Linear> joined;
  nn::Linear mean, log_variance;
};

// z ── hidden ── output ── the numbers of p(x|z), as a Likelihood takes them: logits, say
struct Decoder final : nn::Module {
  Decoder(nn::Layer hidden_layer, nn::Layer output_layer)
      : hidden(std::move(hidden_layer)), output(std::move(output_layer)) {}
  Variable operator()(const Variable& z) const;
  Variable operator()(const Variable& z, nn::Pass& pass) const;
  void visit(nn::Visitor& v) override { v("hidden", hidden), v("output", output); }
  nn::Layer hidden, output;
};

}  // namespace ebb::models
