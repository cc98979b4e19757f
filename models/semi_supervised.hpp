// A variational autoencoder that knows the labels of a few examples, and learns the rest of them.
// (Kingma, Rezende, Mohamed and Welling, "Semi-Supervised Learning with Deep Generative Models",
// NeurIPS 2014: their model M2.)
#pragma once

#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>

namespace ebb::models {

//     x ──► classifier ──► q(y|x)
//     x, y ──► encoder ──► q(z|x, y)         z, y ──► decoder ──► p(x|y, z)
class SemiSupervised final : public nn::Module {
 public:
  // `classifier` makes logits [n, classes] of x. The encoder and decoder take one-hot labels as
  // their condition: build them as Encoder{…, classes}, and with a decoder of latent + classes
  // numbers.
  SemiSupervised(nn::Layer classifier, VariationalParts parts, std::int64_t classes);

  Variable logits(const Variable& x) const { return classifier(x); }  // [n, classes]
  // A lower bound of log p(x, y) where y is known, [n]: labels int32 [n].
  Variable labelled(const Variable& x, const Tensor& labels, nn::Pass& pass) const;
  // And of log p(x) where it is not: Σ_y q(y|x) (bound of log p(x, y) - log q(y|x)), with the
  // logits of x. Throws Error for a prior other than N(0, 1), and for a flow.
  Variable unlabelled(const Variable& x, const Variable& logits, nn::Pass& pass) const {
    return terms(x, logits, pass).bound;
  }
  // The same, and its part Σ_y q(y|x) (-log p(x|y, z)), [n] each.
  struct Terms {
    Variable bound, reconstruction;
  };
  Terms terms(const Variable& x, const Variable& logits, nn::Pass& pass) const;
  // log Σ_y p(y) p(x|y), each p(x|y) bounded from K draws, [n]: tighter.
  Variable bound(const Variable& x, std::int64_t draws, nn::Pass& pass) const;
  // What the networks take for labels int32 [n]: [n, classes].
  Variable one_hot(const Tensor& labels) const;

  void visit(nn::Visitor& v) override { v("classifier", classifier), v("vae", vae); }

  nn::Layer classifier;
  VariationalAutoencoder vae;  // of x where y is known

 private:
  std::int64_t classes_;
};

}  // namespace ebb::models
