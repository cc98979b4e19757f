// What a decoder's numbers say about x: a distribution for each element.
#pragma once

#include <nn/module.hpp>

namespace ebb {
struct Random;
}

namespace ebb::models {

// The distributions of nn/distributions.hpp and nn/likelihoods.hpp, for a model that leaves the
// choice to its user. Where a distribution has two parameters, the decoder makes both: first the
// one for all elements, then the other. All pixels lie in [0, 1].
class Likelihood final : public nn::Module {
 public:
  enum class Kind {
    bernoulli,             // logits
    gaussian,              // means; one variance for all elements, above e^-15, is learned
    gaussian_per_element,  // means; such a variance for each element is learned
    logistic,              // location, and log scale cut to -12 … 12
    beta_binomial,         // log α and log β, cut to -20 … 8
    continuous_bernoulli   // logits
  };

  // For examples of so many elements.
  explicit Likelihood(Kind kind = Kind::bernoulli, std::int64_t elements = 1);

  // How many numbers of the decoder an element takes.
  std::int64_t numbers() const;
  // log p(x | numbers) per element, in nats: numbers [..., numbers() d], x [..., d].
  Variable log_probability(const Variable& numbers, const Variable& x) const;
  // The mean of that distribution, [n, numbers() d] to [n, d], and a draw from it.
  Variable mean(const Variable& numbers) const;
  Tensor sample(const Variable& numbers, Random& noise) const;

  void visit(nn::Visitor& v) override { v("log_variance", log_variance_); }

 private:
  template <class Use>
  auto with(const Variable& numbers, Use use) const;

  Kind kind_;
  std::optional<nn::Parameter> log_variance_;  // [1] or [elements], of a Gaussian
};

}  // namespace ebb::models
