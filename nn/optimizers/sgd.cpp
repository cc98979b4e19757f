#include <nn/optimizers/sgd.hpp>
#include <tensor/update.hpp>

namespace ebb::nn {

SGD::SGD(const Parameters& parameters, const SGDOptions& options)
    : Optimizer("sgd", parameters, options.learning_rate,
                std::vector<Memory>(options.momentum != 0 ? 1 : 0, {"momentum"})),
      options_(options) {
  require("momentum", options.momentum, 1);
  require("weight decay", options.weight_decay);
  if (options.nesterov && options.momentum == 0)
    throw Error(text("sgd: nesterov with a momentum of ", options.momentum,
                     " cannot look ahead; try a momentum of 0.9"));
}

Refusal SGD::update(std::span<const Update> updates, double rate, double) const {
  const auto& [learning_rate, momentum, decay, nesterov] = options_;
  if (momentum == 0) return ebb::update(kernels::SGD{rate, decay}, updates);
  if (nesterov) return ebb::update(kernels::NesterovSGD{rate, momentum, decay}, updates);
  return ebb::update(kernels::MomentumSGD{rate, momentum, decay}, updates);
}

}  // namespace ebb::nn
