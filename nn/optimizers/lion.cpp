#include <nn/optimizers/lion.hpp>
#include <tensor/update.hpp>

namespace ebb::nn {

Lion::Lion(const Parameters& parameters, const LionOptions& options)
    : Optimizer("lion", parameters, options.learning_rate, {{"momentum"}}), options_(options) {
  require("beta1", options.beta1, 1);
  require("beta2", options.beta2, 1);
  require("weight decay", options.weight_decay);
}

Refusal Lion::update(std::span<const Update> updates, double rate, double) const {
  const auto& [learning_rate, beta1, beta2, decay] = options_;
  return ebb::update(kernels::Lion{rate, beta1, beta2, 1 - rate * decay}, updates);
}

}  // namespace ebb::nn
