// The training that the suites measure: one model as tools/train runs it, and the same step by
// hand.
#pragma once

#include <nn/data/images.hpp>
#include <nn/data/loader.hpp>
#include <nn/optimizers/adam.hpp>
#include <optional>
#include <tools/benchmark/bare/steps.hpp>
#include <tools/training/recipe.hpp>

namespace ebb::tools::benchmark {

enum class Model { ae, vae };
inline const char* name_of(Model model) { return model == Model::ae ? "ae" : "vae"; }

constexpr std::int64_t pixels = 784;

// 784-256-784, or 784-400-20-400-784; Adam. As tools/train does it.
class Training final {
 public:
  explicit Training(Model model);
  double step(const Tensor& images);  // the loss
  nn::Module& model() { return recipe_->model(); }

 private:
  std::unique_ptr<Recipe> recipe_;
  Random noise_{1};
  std::optional<nn::Adam> adam_;
};

// The epoch with this number: its mean loss.
template <class AnyTraining>
double run_epoch(AnyTraining& training, const nn::Loader& loader, std::int64_t number) {
  double total = 0;
  for (const nn::Batch& batch : loader.epoch(number))
    total += training.step(batch.inputs) * static_cast<double>(batch.inputs.size(0));
  return total / static_cast<double>(loader.count());
}

// Pictures of noise, as large as MNIST's: no pixel is zero in more than one of 256.
nn::ImageDataset dense_images(std::int64_t count);

// What training cannot do without, by the model's shape.
struct Needs {
  std::int64_t parameters;
  std::int64_t flop;         // for an image: products, but none for the images' gradient
  std::int64_t activations;  // for an image: numbers that layers hand on
};
Needs needs_of(Model model);

}  // namespace ebb::tools::benchmark
