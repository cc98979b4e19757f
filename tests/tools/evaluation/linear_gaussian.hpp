// A model whose likelihood is known: x = w z + b + noise of variance 1/4, z from N(0, 1).
#pragma once

#include <cmath>
#include <nn/data/tensor_dataset.hpp>
#include <nn/distributions.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/subject.hpp>

// Codes [n, 1] are proposed from the exact posterior or from the prior.
class LinearGaussian final : public ebb::tools::Recipe {
 public:
  LinearGaussian(bool exact, ebb::tools::Claim claim) : exact_(exact), claim_(claim) {}

  // log p(x), and the variance and mean of p(z|x), of that one x.
  static constexpr double log_density = -4.25198619370425;
  static constexpr double mean = 0.49090909090909085, variance = 0.045454545454545456;
  static ebb::Tensor copies(std::int64_t n) {
    return contiguous(expand(ebb::from_vector({0.4f, 1.f, -0.6f}), {n, 3}));
  }

  const char* name() const override { return "linear"; }
  const char* summary() const override { return "linear"; }
  void visit(ebb::tools::Options&) override {}
  void build(const ebb::nn::Examples&) override {}
  ebb::nn::Module& model() override { throw ebb::Error("linear: has no parameters"); }
  ebb::Variable loss(const ebb::nn::Batch&, ebb::nn::Pass&, ebb::tools::Metrics&) const override {
    return {};
  }
  nlohmann::ordered_json describe() const override { return {}; }
  ebb::tools::Claim claim() const override { return claim_; }
  std::string likelihood() const override { return "gaussian"; }

  ebb::tools::Terms bound(const ebb::nn::Batch& batch, std::int64_t samples,
                          ebb::nn::Pass& pass) const override {
    using namespace ebb;
    const std::int64_t n = batch.inputs.size(0);
    const Tensor centre =
        exact_ ? expand(squeeze(codes(batch.inputs), 1), {samples, n}) : zeros({samples, n});
    const double spread = exact_ ? variance : 1;
    const Tensor z = centre + std::sqrt(spread) * randn({samples, n}, pass.noise);
    const Tensor fit = sum(log_normal(batch.inputs, image(z), 0.25), 2);
    const Tensor ratio = log_normal(z, centre, spread) - log_normal(z, zeros({}), 1);
    const Tensor weights = fit - ratio;
    if (samples > 1) return {nn::importance_bound(weights), {}, {}, weights};
    return {weights[0], -fit[0], ratio[0]};
  }
  ebb::Variable encode(const ebb::nn::Batch& batch, ebb::nn::Pass&) const override {
    return codes(batch.inputs);
  }
  ebb::Variable divergences(const ebb::nn::Batch& batch, ebb::nn::Pass&) const override {
    return 0.5 * (square(codes(batch.inputs)) + (variance - 1 - std::log(variance)));
  }
  ebb::nn::Batch decode(const ebb::Variable& z, ebb::nn::Pass&, const ebb::Tensor&) const override {
    return {.inputs = image(squeeze(z.value(), 1))};
  }
  ebb::nn::Batch sample(std::int64_t count, const ebb::tools::SampleOptions& options,
                        ebb::nn::Pass& pass) const override {
    const ebb::Tensor middle = image(randn({count}, pass.noise));
    return {.inputs = options.mean ? middle : middle + 0.5 * randn({count, 3}, pass.noise)};
  }

 private:
  static ebb::Tensor weight() { return ebb::from_vector({1.f, 0.5f, -2.f}); }
  static ebb::Tensor bias() { return ebb::from_vector({0.1f, -0.2f, 0.3f}); }
  static ebb::Tensor image(const ebb::Tensor& z) { return unsqueeze(z, -1) * weight() + bias(); }
  static ebb::Tensor codes(const ebb::Tensor& x) {
    return sum((x - bias()) * weight(), 1, true) * (variance / 0.25);
  }
  static ebb::Tensor log_normal(const ebb::Tensor& x, const ebb::Tensor& centre, double spread) {
    return -0.5 * (std::log(2 * std::acos(-1.0) * spread) + square(x - centre) / spread);
  }

  bool exact_;
  ebb::tools::Claim claim_;
};

// Scores n copies of that x.
inline ebb::tools::Subject linear_subject(bool exact, std::int64_t n,
                                          ebb::tools::Claim claim = ebb::tools::Claim::density) {
  const ebb::nn::TensorDataset data(LinearGaussian::copies(n));
  return {nlohmann::ordered_json::object(),
          std::make_unique<LinearGaussian>(exact, claim),
          {data, data},
          ebb::Random{1}};
}
