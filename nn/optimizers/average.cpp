#include <algorithm>
#include <nn/optimizers/average.hpp>
#include <tensor/update.hpp>

namespace ebb::nn {

Average::Average(const Parameters& parameters, const AverageOptions& options)
    : parameters_(parameters), options_(options) {
  if (!(options.decay >= 0 && options.decay < 1))
    throw Error(text("average: a decay of ", options.decay,
                     "; it must be at least 0 and below 1, try 0.999"));
  for (const auto& [path, parameter] : parameters_) numbers_.push_back(clone(parameter->value()));
}

void Average::update() {
  const auto t = static_cast<double>(updates_);
  const double decay =
      options_.warm_up ? std::min(options_.decay, (1 + t) / (10 + t)) : options_.decay;
  std::vector<Tensor> weights;
  for (const auto& [path, parameter] : parameters_) weights.push_back(parameter->value());
  std::vector<Update> updates;
  for (std::size_t i = 0; i < weights.size(); ++i) updates.push_back({numbers_[i], weights[i], {}});
  static_cast<void>(ebb::update(kernels::MovingAverage{1 - decay}, updates));
  ++updates_;
}

OptimizerState Average::state() const {
  OptimizerState state = {updates_, {}};
  for (const Tensor& numbers : numbers_) state.numbers.push_back(clone(numbers));
  return state;
}

void Average::restore(const OptimizerState& state) {
  if (state.steps < 0 || state.numbers.size() != numbers_.size())
    throw Error(text("average: it has ", numbers_.size(), " tensors, the state to go back to has ",
                     state.numbers.size(), " after ", state.steps,
                     " updates; take it from this average"));
  std::vector<Tensor> next;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const Tensor& found = state.numbers[i];
    if (found.shape() != numbers_[i].shape() || found.dtype() != numbers_[i].dtype())
      throw Error(text("average: tensor ", i, " is ", numbers_[i].shape(), ' ', numbers_[i].dtype(),
                       ", the state to go back to has ", found.shape(), ' ', found.dtype(),
                       "; take it from this average"));
    next.push_back(detail::laid_out_like(numbers_[i], clone(found)));
  }
  numbers_ = std::move(next);
  updates_ = state.steps;
}

std::vector<std::string> Average::state_names() const {
  std::vector<std::string> names;
  for (const auto& [path, parameter] : parameters_) names.push_back(path + ".average");
  return names;
}

Averaged::Averaged(const Average& average) : average_(average) {
  for (const auto& [path, parameter] : average.parameters_)
    own_.push_back(clone(parameter->value()));
  auto number = average.numbers_.begin();
  for (const auto& [path, parameter] : average.parameters_) parameter->set(*number++);
}

// Takes no memory: the numbers lie as the parameter's own do.
Averaged::~Averaged() {
  auto own = own_.begin();
  for (const auto& [path, parameter] : average_.parameters_) parameter->set(*own++);
}

}  // namespace ebb::nn
