#include <cmath>
#include <nn/optimizers/adamw.hpp>
#include <tensor/update.hpp>

namespace ebb::nn {

AdamW::AdamW(const Parameters& parameters, const AdamWOptions& options)
    : Optimizer("adamw", parameters, options.learning_rate, {{"first_moment"}, {"second_moment"}}),
      options_(options) {
  require("beta1", options.beta1, 1);
  require("beta2", options.beta2, 1);
  require("weight decay", options.weight_decay);
  require_epsilon(options.epsilon);
}

Refusal AdamW::update(std::span<const Update> updates, double rate, double t) const {
  const auto& [learning_rate, beta1, beta2, epsilon, decay] = options_;
  const double corrected = rate / (1 - std::pow(beta1, t));
  return ebb::update(
      kernels::AdamW{{corrected, beta1, beta2, 1 / (1 - std::pow(beta2, t)), epsilon},
                     1 - rate * decay},
      updates);
}

}  // namespace ebb::nn
