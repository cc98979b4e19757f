#include <autograd/gradients.hpp>
#include <random>
#include <tools/benchmark/suites/training.hpp>

namespace ebb::tools::benchmark {

Training::Training(Model model) : recipe_(make_recipe(name_of(model))) {  // with its defaults
  recipe_->build({nn::ImageExample{1, 28, 28}});
  initialize(recipe_->model(), {.seed = 1});
  adam_.emplace(recipe_->model());
}

double Training::step(const Tensor& images) {
  Metrics metrics;
  nn::Pass pass{noise_, true};
  const Variable loss = recipe_->loss({.inputs = images}, pass, metrics);
  adam_->step(backward(loss), pass);
  return metrics.mean("loss");
}

nn::ImageDataset dense_images(std::int64_t count) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count * pixels));
  std::independent_bits_engine<std::mt19937_64, 8, std::uint64_t> random;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return {std::move(bytes), {}, 28, 28};
}

Needs needs_of(Model model) {
  using Layers = std::vector<std::pair<std::int64_t, std::int64_t>>;
  const Layers layers = model == Model::ae
                            ? Layers{{pixels, 256}, {256, pixels}}
                            : Layers{{pixels, 400}, {400, 40}, {20, 400}, {400, pixels}};
  Needs needs = {0, -2 * pixels * layers[0].second, model == Model::ae ? pixels : pixels + 20};
  for (const auto& [in, out] : layers) {
    needs.parameters += in * out + out;
    needs.flop += 6 * in * out;  // forward, to the weights and to the input
    needs.activations += out;    // and the drawn code
  }
  return needs;
}

}  // namespace ebb::tools::benchmark
