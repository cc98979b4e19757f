#include <cmath>
#include <nn/optimizers/adam.hpp>
#include <tensor/update.hpp>

namespace ebb::nn {

Adam::Adam(const Parameters& parameters, const AdamOptions& options)
    : Optimizer("adam", parameters, options.learning_rate, {{"first_moment"}, {"second_moment"}}),
      options_(options) {
  require("beta1", options.beta1, 1);
  require("beta2", options.beta2, 1);
  require("weight decay", options.weight_decay);
  require_epsilon(options.epsilon);
}

Refusal Adam::update(std::span<const Update> updates, double rate, double t) const {
  const auto& [learning_rate, beta1, beta2, epsilon, decay] = options_;
  const double corrected = rate / (1 - std::pow(beta1, t));
  return ebb::update(
      kernels::Adam{{corrected, beta1, beta2, 1 / (1 - std::pow(beta2, t)), epsilon}, decay},
      updates);
}

}  // namespace ebb::nn
