#include <fmt/format.h>

#include <nn/optimizers/adagrad.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/optimizers/adamw.hpp>
#include <nn/optimizers/lion.hpp>
#include <nn/optimizers/rmsprop.hpp>
#include <nn/optimizers/sgd.hpp>
#include <tools/training/optimizers.hpp>

namespace ebb::tools {

namespace {

using Made = std::unique_ptr<nn::Optimizer>;

template <class O, class Settings>
Made make(const TrainOptions& options, const nn::Module& model) {
  Settings s{.learning_rate = options.learning_rate};
  if constexpr (requires { s.epsilon; }) s.epsilon = options.epsilon.value_or(s.epsilon);
  if constexpr (requires { s.weight_decay; })
    s.weight_decay = options.weight_decay.value_or(s.weight_decay);
  if constexpr (requires { s.momentum; }) s.momentum = options.momentum.value_or(s.momentum);
  return std::make_unique<O>(model, s);
}

// What an optimizer has of the settings that not every one has, with its own values.
template <class Settings>
TrainOptions own_settings() {
  const Settings s;
  TrainOptions own;
  if constexpr (requires { s.epsilon; }) own.epsilon = s.epsilon;
  if constexpr (requires { s.weight_decay; }) own.weight_decay = s.weight_decay;
  if constexpr (requires { s.momentum; }) own.momentum = s.momentum;
  return own;
}

struct Named {
  const char* name;
  int states;  // without momentum
  Made (*make)(const TrainOptions&, const nn::Module&);
  TrainOptions (*own)();
};
template <class O, class Settings>
constexpr Named named(const char* name, int states) {
  return {name, states, make<O, Settings>, own_settings<Settings>};
}
constexpr Named optimizers[] = {named<nn::Adam, nn::AdamOptions>("adam", 2),
                                named<nn::AdamW, nn::AdamWOptions>("adamw", 2),
                                named<nn::SGD, nn::SGDOptions>("sgd", 0),
                                named<nn::RMSprop, nn::RMSpropOptions>("rmsprop", 1),
                                named<nn::Adagrad, nn::AdagradOptions>("adagrad", 1),
                                named<nn::Lion, nn::LionOptions>("lion", 1)};

const Named& find(const std::string& name) {
  for (const Named& optimizer : optimizers)
    if (name == optimizer.name) return optimizer;
  throw UsageError("--optimizer: '" + name + "' is unknown; try adam");
}

[[noreturn]] void refuse_setting(const char* name, std::optional<double> TrainOptions::*value,
                                 const std::string& optimizer) {
  std::string others;
  for (const Named& other : optimizers)
    if (other.own().*value) others += (others.empty() ? "" : ", ") + std::string(other.name);
  throw UsageError(
      fmt::format("--{}: {} has none; try --optimizer with one of {}", name, optimizer, others));
}

}  // namespace

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const Named& optimizer : optimizers) names.push_back(optimizer.name);
  return names;
}

int optimizer_states(const TrainOptions& options) {
  return find(options.optimizer).states + (options.momentum.value_or(0) > 0 ? 1 : 0);
}

int remembered_numbers(const TrainOptions& options) {
  return optimizer_states(options) + (options.average ? 1 : 0) + (options.keep == "best" ? 1 : 0);
}

void settle_settings(TrainOptions& options) {
  struct Setting {
    const char* name;
    std::optional<double> TrainOptions::*value;
  };
  for (const auto& [name, value] : {Setting{"epsilon", &TrainOptions::epsilon},
                                    Setting{"weight-decay", &TrainOptions::weight_decay},
                                    Setting{"momentum", &TrainOptions::momentum}}) {
    const std::optional<double> own = find(options.optimizer).own().*value;
    if (options.*value && !own) refuse_setting(name, value, options.optimizer);
    if (!(options.*value)) options.*value = own;
  }
}

Made make_optimizer(const TrainOptions& options, const nn::Module& model) {
  return find(options.optimizer).make(options, model);
}

}  // namespace ebb::tools
