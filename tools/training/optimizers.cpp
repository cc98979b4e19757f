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
  return std::make_unique<O>(model, Settings{.learning_rate = options.learning_rate});
}

struct Named {
  const char* name;
  int states;
  Made (*make)(const TrainOptions&, const nn::Module&);
};
constexpr Named optimizers[] = {{"adam", 2, make<nn::Adam, nn::AdamOptions>},
                                {"adamw", 2, make<nn::AdamW, nn::AdamWOptions>},
                                {"sgd", 0, make<nn::SGD, nn::SGDOptions>},
                                {"rmsprop", 1, make<nn::RMSprop, nn::RMSpropOptions>},
                                {"adagrad", 1, make<nn::Adagrad, nn::AdagradOptions>},
                                {"lion", 1, make<nn::Lion, nn::LionOptions>}};

const Named& find(const std::string& name) {
  for (const Named& optimizer : optimizers)
    if (name == optimizer.name) return optimizer;
  throw UsageError("--optimizer: '" + name + "' is unknown; try adam");
}

}  // namespace

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const Named& optimizer : optimizers) names.push_back(optimizer.name);
  return names;
}

int optimizer_states(const std::string& name) { return find(name).states; }

Made make_optimizer(const TrainOptions& options, const nn::Module& model) {
  return find(options.optimizer).make(options, model);
}

}  // namespace ebb::tools
