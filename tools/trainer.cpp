#include <fmt/format.h>
#include <unistd.h>

#include <autograd/anomaly.hpp>
#include <autograd/gradients.hpp>
#include <chrono>
#include <cmath>
#include <nn/checkpoint.hpp>
#include <nn/data/loader.hpp>
#include <nn/file.hpp>
#include <nn/optimizer.hpp>
#include <tensor/isa.hpp>
#include <tensor/join.hpp>
#include <tensor/kernels/table.hpp>
#include <tensor/parallel.hpp>
#include <tensor/views.hpp>
#include <tools/image_grid.hpp>
#include <tools/trainer.hpp>

volatile std::sig_atomic_t interruptions = 0;

namespace {

using ebb::Random, ebb::Tensor, ebb::Variable;
using Json = nlohmann::ordered_json;

double now() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

std::unique_ptr<ebb::nn::Optimizer> make_optimizer(const TrainOptions& options,
                                                   const ebb::nn::Module& model) {
  if (options.optimizer == "sgd")
    return std::make_unique<ebb::nn::SGD>(
        model, ebb::nn::SGDOptions{.learning_rate = options.learning_rate});
  return std::make_unique<ebb::nn::Adam>(
      model, ebb::nn::AdamOptions{.learning_rate = options.learning_rate});
}

// A model's numbers as they were when all of them were finite.
class Snapshot final {
 public:
  explicit Snapshot(const ebb::nn::Module& model) : parts_(model) { take(); }

  // The first parameter with a NaN or infinity; empty where all are finite.
  std::string spoiled() const {
    for (const auto& [name, part] : parts_.parameters)
      if (!ebb::is_finite(part->value())) return name;
    return {};
  }
  void take() {
    if (!spoiled().empty()) return;
    values_.clear();
    for (const auto& [name, part] : parts_.parameters) values_.push_back(clone(part->value()));
  }
  void restore() {
    for (std::size_t i = 0; i < values_.size(); ++i) parts_.parameters[i].second->set(values_[i]);
  }

 private:
  ebb::nn::Parts parts_;
  std::vector<Tensor> values_;
};

class Trainer final {
 public:
  Trainer(const TrainOptions& options, const ebb::nn::ImageSplits& data, const RunFolder& folder)
      : options_(options),
        data_(data),
        folder_(folder),
        task_(make_task(options, data.train.image_size())),
        noise_(Random{options.seed}.fork("noise")),
        loader_(data.train, {.batch_size = options.batch_size, .seed = options.seed}) {
    initialize(task_->model(), {.seed = options.seed});
    optimizer_ = make_optimizer(options, task_->model());
    snapshot_ = std::make_unique<Snapshot>(task_->model());
  }

  void run() {
    write_config();
    std::string divergence;
    for (epoch_ = 1; epoch_ <= options_.epochs && !interruptions && divergence.empty(); ++epoch_) {
      Tally tally;
      const double start = now();
      divergence = run_epoch(tally, start);
      finish_epoch(tally, now() - start);
    }
    save_weights();
    write_pictures();
    write_config();
    if (!divergence.empty()) throw Diverged(divergence);
  }

 private:
  // One pass over the images; says what happened where the loss is not finite.
  std::string run_epoch(Tally& tally, double start) {
    for (const ebb::nn::Batch& batch : loader_.epoch(epoch_ - 1)) {
      const Random before = noise_;
      Tally with_this = tally;
      const Variable loss = task_->loss(batch.images, noise_, with_this);
      if (!std::isfinite(loss.item())) return explain(batch.images, before);
      tally = with_this;
      optimizer_->step(backward(loss));
      if (++steps_ % 64 == 0) snapshot_->take();
      if (live_) show_progress(tally, now() - start);
      if (interruptions) break;
    }
    return {};
  }

  // Repeats the step in anomaly mode to find where the first NaN or infinity comes from, and puts
  // the last finite weights back.
  std::string explain(const Tensor& images, Random noise) {
    const std::string where = fmt::format("the loss is not finite at step {}", steps_ + 1);
    const std::string spoiled = snapshot_->spoiled();
    std::string cause;
    try {
      const ebb::AnomalyMode anomaly;
      Tally ignored;
      task_->loss(images, noise, ignored);
    } catch (const ebb::AnomalyError& error) {
      cause = fmt::format("; {}", error.what());
    }
    if (!spoiled.empty()) {
      cause += fmt::format("; {} was no longer finite after the update before", spoiled);
      snapshot_->restore();
    }
    return where + cause + "; try a smaller --lr";
  }

  Tally evaluate() const {
    const ebb::NoGrad constants;
    Tally tally;
    Random noise = Random{options_.seed}.fork("evaluation noise");
    for (const ebb::nn::Batch& batch :
         ebb::nn::Loader(data_.test, {.batch_size = 500, .shuffle = false}).epoch(0))
      task_->loss(batch.images, noise, tally);
    return tally;
  }

  void finish_epoch(const Tally& tally, double seconds) {
    Json line = {{"epoch", epoch_},
                 {"step", steps_},
                 {"seconds", seconds},
                 {"images_per_second", static_cast<double>(tally.images) / seconds}};
    task_->report(line, tally, evaluate());
    folder_.append_line("metrics.jsonl", line);
    if (options_.quiet) return;
    const auto number = [&](const char* name) {
      return line[name].is_number() ? line[name].get<double>() : NAN;
    };
    fmt::print("{}epoch {}/{}  train {:.5g}  test {:.5g}  {:.2f} s  {:.0f} images/s{}\n",
               live_ ? "\r" : "", epoch_, options_.epochs, number("train_loss"),
               number("test_loss"), seconds, number("images_per_second"), live_ ? "\x1b[K" : "");
    std::fflush(stdout);
  }

  void show_progress(const Tally& tally, double seconds) {
    if (now() - shown_ < 0.1) return;
    shown_ = now();
    const double images = static_cast<double>(tally.images);
    fmt::print("\repoch {}/{}  step {}  loss {:.5g}  {:.0f} images/s\x1b[K", epoch_,
               options_.epochs, steps_, tally.loss / images, images / seconds);
    std::fflush(stdout);
  }

  void save_weights() const { save(task_->model(), folder_.path("model.safetensors")); }

  void write_config() const {
    Json config = {{"version", EBB_VERSION},
                   {"model", options_.model},
                   {"data", options_.data.empty() ? Json("drawn digits") : Json(options_.data)},
                   {"train_images", data_.train.count()},
                   {"test_images", data_.test.count()},
                   {"image", {data_.train.height(), data_.train.width()}},
                   {"epochs", options_.epochs},
                   {"batch_size", options_.batch_size},
                   {"learning_rate", options_.learning_rate},
                   {"optimizer", options_.optimizer},
                   {"seed", options_.seed},
                   {"limit", options_.limit ? Json(options_.limit) : Json(nullptr)},
                   {"hidden", options_.hidden},
                   {"latent", options_.latent}};
    if (options_.model == "vae") config["beta"] = options_.beta;
    config.update(task_->describe());
    config["parameters"] = count_parameters(task_->model());
    config["instruction_set"] = ebb::kernels_in_use().name;
    config["threads"] = ebb::threads();
    config["threads_that_ran"] = ebb::threads_that_ran();
    folder_.write_json("config.json", config);
  }

  void write_pictures() const {
    const ebb::NoGrad constants;
    const std::int64_t columns = 16, height = data_.test.height(), width = data_.test.width();
    const ebb::nn::Batch batch =
        ebb::nn::Loader(data_.test, {.batch_size = 2 * columns, .shuffle = false})
            .epoch(0)
            .batch(0);
    const Tensor again = task_->reconstruct(batch.images);
    std::vector<Tensor> rows;
    for (std::int64_t at = 0; at < again.size(0); at += columns)
      for (const Tensor& images : {batch.images, again})
        rows.push_back(slice(images, 0, at, at + columns, 1));
    // Rows of unequal length would shift the grid: the last ones are shown where they are full.
    if (again.size(0) > columns && again.size(0) < 2 * columns) rows.resize(2);
    ebb::nn::write_file(folder_.path("reconstructions.png"),
                        png_of_grid(cat(rows, 0), height, width, std::min(columns, again.size(0))));
    Random noise = Random{options_.seed}.fork("samples");
    const Tensor samples = task_->sample(10 * columns, noise);
    if (samples.count() > 0)
      ebb::nn::write_file(folder_.path("samples.png"),
                          png_of_grid(samples, height, width, columns));
    if (!options_.quiet)
      fmt::print("pictures: {}{}\n", folder_.path("reconstructions.png"),
                 samples.count() > 0 ? " " + folder_.path("samples.png") : "");
  }

  const TrainOptions& options_;
  const ebb::nn::ImageSplits& data_;
  const RunFolder& folder_;
  std::unique_ptr<Task> task_;
  Random noise_;
  ebb::nn::Loader loader_;
  std::unique_ptr<ebb::nn::Optimizer> optimizer_;
  std::unique_ptr<Snapshot> snapshot_;
  std::int64_t epoch_ = 0, steps_ = 0;
  const bool live_ = !options_.quiet && isatty(STDOUT_FILENO);
  double shown_ = 0;
};

}  // namespace

void train(const TrainOptions& options, const ebb::nn::ImageSplits& data, const RunFolder& folder) {
  Trainer(options, data, folder).run();
}
