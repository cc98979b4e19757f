#include <autograd/gradients.hpp>
#include <random>
#include <tools/benchmark/suites/training.hpp>

namespace ebb::tools::benchmark {
namespace {

std::unique_ptr<Task> initialized(Model model) {
  TrainOptions options;
  options.model = name_of(model);
  options.latent = 256;
  if (model == Model::vae) options.hidden = {400}, options.latent = 20;
  std::unique_ptr<Task> task = make_task(options, pixels);
  initialize(task->model(), {.seed = 1});
  return task;
}

}  // namespace

Training::Training(Model model) : task_(initialized(model)), adam_(task_->model()) {}

double Training::step(const Tensor& images) {
  Tally tally;
  const Variable loss = task_->loss(images, noise_, tally);
  adam_.step(backward(loss));
  return tally.loss / static_cast<double>(tally.images);
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
