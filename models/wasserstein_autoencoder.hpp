// The Wasserstein autoencoder: each example has one code, and all codes together are to lie as the
// prior does. (Tolstikhin et al., "Wasserstein Auto-Encoders", ICLR 2018, with the penalty MMD.)
#pragma once

#include <nn/pass.hpp>
#include <nn/sequential.hpp>

namespace ebb::models {

// How alike are two distributions, of which there are points a [n, d] and b [m, d]? The unbiased
// estimate of E k(a, a') + E k(b, b') - 2 E k(a, b), a scalar: 0 in the mean where they are the
// same. One point has no pair; its first term is then left out. (Gretton et al., "A Kernel
// Two-Sample Test", JMLR 2012.)
enum class Kernel {
  gaussian,               // e^(-|a - b|² / (2 h²))
  inverse_multiquadratic  // c / (c + |a - b|²), c = 2 d h²: for codes far from the prior, too
};
Variable maximum_mean_discrepancy(const Variable& a, const Variable& b, Kernel kernel,
                                  const std::vector<double>& widths);  // h; the mean over them

struct WassersteinLoss {
  Variable loss;            // the mean of reconstruction + weight discrepancy, a scalar
  Variable reconstruction;  // [n]: the squared error, the sum over an example
  Variable discrepancy;     // a scalar
};

class WassersteinAutoencoder final : public nn::Module {
 public:
  // x [n, …] to codes [n, latent], and back to as many elements as x has.
  WassersteinAutoencoder(nn::Layer encoder, nn::Layer decoder, std::int64_t latent,
                         double weight = 10);

  Variable encode(const Variable& x) const { return encoder(x); }
  Variable decode(const Variable& z) const { return decoder(z); }
  Variable operator()(const Variable& x) const;  // both, in the shape of x
  // n new examples from the prior N(0, 1), float32; a temperature below 1 keeps closer to its
  // middle.
  Variable sample(std::int64_t n, Random& noise, double temperature = 1) const;
  // The discrepancy is that of the codes of x and as many draws from the prior, by the inverse
  // multiquadratic kernel: the mean over seven widths h from 0.32 to 3.2, c = 2 d h². The paper
  // names h = 1; its authors' program adds up the discrepancies at these seven. One example alone
  // has no pair of codes: its discrepancy is 0.
  WassersteinLoss loss(const Variable& x, nn::Pass& pass) const;

  void visit(nn::Visitor& v) override { v("encoder", encoder), v("decoder", decoder); }

  nn::Layer encoder, decoder;
  double weight;

 private:
  std::int64_t latent_;
};

}  // namespace ebb::models
