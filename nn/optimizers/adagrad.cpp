#include <nn/optimizers/adagrad.hpp>
#include <tensor/update.hpp>

namespace ebb::nn {

Adagrad::Adagrad(const Parameters& parameters, const AdagradOptions& options)
    : Optimizer("adagrad", parameters, options.learning_rate, {{"sum", options.first_sum}}),
      options_(options) {
  require("learning rate decay", options.learning_rate_decay);
  require("weight decay", options.weight_decay);
  require("first sum", options.first_sum);
  require_epsilon(options.epsilon);
}

Refusal Adagrad::update(std::span<const Update> updates, double rate, double t) const {
  const double decayed = rate / (1 + (t - 1) * options_.learning_rate_decay);
  return ebb::update(kernels::Adagrad{decayed, options_.epsilon, options_.weight_decay}, updates);
}

}  // namespace ebb::nn
