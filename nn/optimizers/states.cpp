#include <cmath>
#include <map>
#include <nn/checkpoint.hpp>
#include <nn/files/printable.hpp>
#include <nn/optimizers/states.hpp>
#include <tensor/makers.hpp>

namespace ebb::nn {
namespace {

constexpr std::string_view steps_of = ".steps";
constexpr double most_steps = 9e15;  // a double counts them one by one

template <class Learner>
NamedTensors collect(const Learner& learner, const OptimizerState& state) {
  const std::vector<std::string> names = learner.state_names();
  NamedTensors tensors = {
      {text(learner.name(), steps_of), full({}, static_cast<double>(state.steps), DType::float64)}};
  for (std::size_t i = 0; i < names.size(); ++i) tensors.emplace_back(names[i], state.numbers[i]);
  return tensors;
}

template <class Learner>
NamedTensors collect(const Learner& learner) {
  return collect(learner, learner.state());
}

using Found = std::map<std::string_view, const Tensor*>;

std::int64_t steps_in(const Found& found, const char* name, const std::string& where) {
  const auto steps = found.find(text(name, steps_of));
  if (steps == found.end()) {
    for (const auto& [other, tensor] : found)
      if (other.ends_with(steps_of))
        throw FormatError(text("load: ", where, " holds ", printable(other), " and no ", name,
                               steps_of, "; try the optimizer that it was saved from"));
    throw FormatError(text("load: ", where, " has no ", name, steps_of,
                           "; try a file that save(optimizer, path) wrote"));
  }
  const Tensor& tensor = *steps->second;
  const double count = tensor.count() == 1 ? tensor.item() : -1;
  if (!(count >= 0 && count <= most_steps) || count != std::floor(count))
    throw FormatError(text("load: ", where, ": ", name, steps_of, ' ', tensor.shape(), " is ",
                           count, "; it must be one whole number"));
  return static_cast<std::int64_t>(count);
}

// What the tensors say that it remembered. Throws FormatError unless all of it is there and fits.
template <class Learner>
OptimizerState state_in(const NamedTensors& tensors, const Learner& learner,
                        const std::string& where) {
  Found found;
  for (const auto& [name, tensor] : tensors) found.emplace(name, &tensor);
  OptimizerState next = learner.state();
  next.steps = steps_in(found, learner.name(), where);
  const std::vector<std::string> names = learner.state_names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    Tensor& number = next.numbers[i];
    const auto tensor = found.find(names[i]);
    if (tensor == found.end())
      throw FormatError(text("load: ", where, " lacks ", names[i], ' ', number.shape(),
                             "; make model and optimizer with the options of those saved"));
    const Tensor& other = *tensor->second;
    if (other.shape() != number.shape() || other.dtype() != number.dtype())
      throw FormatError(text("load: ", where, ": ", names[i], " is ", other.shape(), ' ',
                             other.dtype(), " in it and ", number.shape(), ' ', number.dtype(),
                             " in ", learner.name(),
                             "; make model and optimizer with the options of those saved"));
    number = other;
  }
  return next;
}

template <class Learner>
void give(Learner& learner, const NamedTensors& tensors, const std::string& where) {
  learner.restore(state_in(tensors, learner, where));
}

constexpr const char* a_list = "the list of tensors";
constexpr const char* of_the_model = "model.";

}  // namespace

NamedTensors to_tensors(const Optimizer& optimizer) { return collect(optimizer); }
NamedTensors to_tensors(const Average& average) { return collect(average); }
NamedTensors to_tensors(const Optimizer& optimizer, const OptimizerState& state) {
  return collect(optimizer, state);
}
NamedTensors to_tensors(const Average& average, const OptimizerState& state) {
  return collect(average, state);
}
void from_tensors(Optimizer& optimizer, const NamedTensors& tensors) {
  give(optimizer, tensors, a_list);
}
void from_tensors(Average& average, const NamedTensors& tensors) { give(average, tensors, a_list); }

void save(const Optimizer& optimizer, const std::string& path) {
  write_safetensors(path, collect(optimizer));
}
void save(const Average& average, const std::string& path) {
  write_safetensors(path, collect(average));
}
void load(Optimizer& optimizer, const std::string& path) {
  give(optimizer, read_safetensors(path), printable(path));
}
void load(Average& average, const std::string& path) {
  give(average, read_safetensors(path), printable(path));
}

void save(const Module& model, const Optimizer& optimizer, const std::string& path) {
  NamedTensors tensors = collect(optimizer);
  for (auto& [name, tensor] : to_tensors(model)) tensors.emplace_back(of_the_model + name, tensor);
  write_safetensors(path, tensors, {.wide_integers = true});
}
void load(Module& model, Optimizer& optimizer, const std::string& path) {
  const OptimizerState next = state_in(read_safetensors(path), optimizer, printable(path));
  load(model, path, {.prefix = of_the_model});
  optimizer.restore(next);
}

}  // namespace ebb::nn
