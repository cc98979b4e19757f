#include <autograd/gradients.hpp>
#include <nn/checkpoint.hpp>
#include <nn/data/loader.hpp>
#include <nn/files/file.hpp>
#include <nn/layers/flatten.hpp>
#include <tensor/kernels/table.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/parts.hpp>
#include <tensor/version.hpp>
#include <tensor/views.hpp>
#include <tools/common/progress.hpp>
#include <tools/training/image_grid.hpp>
#include <tools/training/run_files.hpp>

namespace ebb::tools {

using ebb::Random, ebb::Tensor;
using Json = nlohmann::ordered_json;

RunFiles::RunFiles(const TrainOptions& options, const ebb::nn::ImageSplits& data,
                   const RunFolder& folder, Task& task)
    : options_(options), data_(data), folder_(folder), task_(task), begin_(seconds_now()) {}

void RunFiles::begin() {
  write_config(std::nullopt, false);
  save_weights();
}

void RunFiles::keep_weights() {
  const double before = seconds_now();
  if (writing_ > 1 + (before - begin_) / 20) return;
  save_weights();
  writing_ += seconds_now() - before;
}

void RunFiles::end(std::int64_t steps, bool finished) {
  save_weights();
  write_pictures();
  write_config(steps, finished);
}

void RunFiles::save_weights() { save(task_.model(), folder_.path("model.safetensors")); }

void RunFiles::write_config(std::optional<std::int64_t> steps, bool finished) const {
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
  config["out"] = folder_.name();
  config["quiet"] = options_.quiet;
  config.update(task_.describe());
  config["parameters"] = count_parameters(task_.model());
  config["instruction_set"] = ebb::kernels_in_use().name;
  config["threads"] = ebb::threads();
  config["threads_that_ran"] = ebb::threads_that_ran();
  config["steps"] = steps ? Json(*steps) : Json(nullptr);
  config["finished"] = finished;
  folder_.write_json("config.json", config);
}

void RunFiles::write_pictures() {
  const ebb::NoGrad constants;
  const std::int64_t height = data_.test.height(), width = data_.test.width();
  const std::int64_t columns = grid_columns(width);
  const ebb::nn::Batch batch =
      ebb::nn::Loader(data_.test, {.batch_size = 2 * columns, .shuffle = false}).epoch(0).batch(0);
  const Tensor images = ebb::nn::flatten(batch.inputs).value();
  const Tensor again = task_.reconstruct(images);
  std::vector<Tensor> rows;
  for (std::int64_t at = 0; at < again.size(0); at += columns)
    for (const Tensor& from : {images, again}) rows.push_back(slice(from, 0, at, at + columns, 1));
  // Rows of unequal length would shift the grid: the last ones are shown where they are full.
  if (again.size(0) > columns && again.size(0) < 2 * columns) rows.resize(2);
  ebb::nn::write_file(folder_.path("reconstructions.png"),
                      png_of_grid(cat(rows, 0), height, width, std::min(columns, again.size(0))));
  Random noise = Random{options_.seed}.fork("samples");
  const Tensor samples = task_.sample(columns * std::min<std::int64_t>(columns, 8), noise);
  if (samples.count() > 0)
    ebb::nn::write_file(folder_.path("samples.png"), png_of_grid(samples, height, width, columns));
  pictures_ = folder_.path("reconstructions.png");
  if (samples.count() > 0) pictures_ += " " + folder_.path("samples.png");
}

}  // namespace ebb::tools
