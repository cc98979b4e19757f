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

using Layer = std::pair<std::int64_t, std::int64_t>;
std::vector<Layer> layers_of(Model model) {
  if (model == Model::ae) return {{pixels, 256}, {256, pixels}};
  return {{pixels, 400}, {400, 40}, {20, 400}, {400, pixels}};
}

}  // namespace

Training::Training(Model model) : task_(initialized(model)), adam_(task_->model()) {}

double Training::step(const ebb::Tensor& images) {
  Tally tally;
  const ebb::Variable loss = task_->loss(images, noise_, tally);
  adam_.step(backward(loss));
  return tally.loss / static_cast<double>(tally.images);
}

// As tools/train does it.
double Training::epoch(const ebb::nn::Loader& loader) {
  Tally tally;
  for (const ebb::nn::Batch& batch : loader.epoch(adam_.steps() / loader.steps())) {
    const ebb::Variable loss = task_->loss(batch.inputs, noise_, tally);
    adam_.step(backward(loss));
  }
  return tally.loss / static_cast<double>(tally.images);
}

BareTraining::BareTraining(Training& begin, std::int64_t batch)
    : batch_(batch), images_(batch * pixels) {
  if (const auto* model = dynamic_cast<const ebb::models::Autoencoder*>(&begin.model()))
    autoencoder_.emplace(*model, batch);
  else
    variational_.emplace(dynamic_cast<const ebb::models::VariationalAutoencoder&>(begin.model()),
                         batch);
}

double BareTraining::step(const float* images, std::int64_t n) {
  return autoencoder_ ? autoencoder_->step(images, n) : variational_->step(images, n, noise_);
}

double BareTraining::epoch(const ebb::nn::ImageDataset& images) {
  ebb::Random random{static_cast<std::uint64_t>(++epochs_)};
  const std::vector<std::int64_t> order = ebb::permutation(images.count(), random);
  double total = 0;
  for (std::int64_t begin = 0; begin < images.count(); begin += batch_) {
    const std::int64_t n = std::min(batch_, images.count() - begin);
    bare::gather(images.pixels(), pixels, {order.data() + begin, static_cast<std::size_t>(n)},
                 images_);
    total += step(images_, n) * static_cast<double>(n);
  }
  return total / static_cast<double>(images.count());
}

ebb::nn::ImageDataset dense_images(std::int64_t count) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count * pixels));
  std::mt19937_64 words(1);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 8 == 0) word = words();
    bytes[i] = static_cast<std::uint8_t>(word >> (i % 8 * 8));
  }
  return {std::move(bytes), {}, 28, 28};
}

std::int64_t parameters_of(Model model) {
  std::int64_t count = 0;
  for (const auto& [in, out] : layers_of(model)) count += in * out + out;
  return count;
}

// Forward, to the weights and, but for the first layer, to the input.
std::int64_t flop_of(Model model, std::int64_t images) {
  std::int64_t products = 0;
  for (const auto& [in, out] : layers_of(model)) products += 3 * in * out;
  const auto [in, out] = layers_of(model).front();
  return 2 * images * (products - in * out);
}

std::int64_t activations_of(Model model, std::int64_t images) {
  std::int64_t count = model == Model::vae ? pixels + 20 : pixels;  // the code is drawn, too
  for (const auto& [in, out] : layers_of(model)) count += out;
  return images * count;
}

}  // namespace ebb::tools::benchmark
