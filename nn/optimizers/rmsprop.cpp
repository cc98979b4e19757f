#include <nn/optimizers/rmsprop.hpp>
#include <tensor/update.hpp>

namespace ebb::nn {

std::vector<Optimizer::Memory> RMSprop::memory(const RMSpropOptions& options) {
  std::vector<Memory> states = {{"mean_square"}};
  if (options.centered) states.push_back({"mean"});
  if (options.momentum != 0) states.push_back({"momentum"});
  return states;
}

RMSprop::RMSprop(const Parameters& parameters, const RMSpropOptions& options)
    : Optimizer("rmsprop", parameters, options.learning_rate, memory(options)), options_(options) {
  require("smoothing alpha", options.alpha, 1);
  require("momentum", options.momentum, 1);
  require("weight decay", options.weight_decay);
  require_epsilon(options.epsilon);
}

Refusal RMSprop::update(std::span<const Update> updates, double rate, double) const {
  const auto step = [&]<bool centered, bool heavy>(kernels::RMSprop<centered, heavy>) {
    return ebb::update(kernels::RMSprop<centered, heavy>{rate, options_.alpha, options_.epsilon,
                                                         options_.momentum, options_.weight_decay},
                       updates);
  };
  const bool heavy = options_.momentum != 0;
  if (options_.centered)
    return heavy ? step(kernels::RMSprop<true, true>{}) : step(kernels::RMSprop<true, false>{});
  return heavy ? step(kernels::RMSprop<false, true>{}) : step(kernels::RMSprop<false, false>{});
}

}  // namespace ebb::nn
