#include <algorithm>
#include <autograd/gradients.hpp>
#include <nn/data/loader.hpp>
#include <nn/files/file.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tools/training/image_grid.hpp>
#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

namespace {

class Pictures final : public Reporter {
 public:
  Pictures(const Run& run, Progress& progress) : run_(run), progress_(progress) {}

  void end(std::int64_t, bool) override {
    const NoGrad constants;
    const nn::Examples examples = run_.data.test->examples();
    const auto* const image = std::get_if<nn::ImageExample>(&examples.kind);
    if (!image) return;
    columns_ = grid_columns(image->width);
    const std::string names = write_reconstructions() + write_samples();
    if (!names.empty()) progress_.print("pictures:" + names);
  }

 private:
  // Pairs of rows: images of the test set over what the model makes of them.
  std::string write_reconstructions() const {
    Random noise = Random{run_.options.seed}.fork("reconstructions");
    nn::Pass pass{noise};
    const nn::Batch batch = run_.recipe.prepare(
        nn::Loader(run_.data.test, {.batch_size = 2 * columns_, .shuffle = false})
            .epoch(0)
            .batch(0),
        noise);
    const Variable codes = run_.recipe.encode(batch, pass);
    const Tensor again =
        codes.count() > 0 ? run_.recipe.decode(codes, pass, batch.targets).inputs : Tensor();
    if (again.count() == 0) return "";
    std::vector<Tensor> rows;
    for (std::int64_t at = 0; at < again.size(0); at += columns_)
      for (const Tensor& images : {batch.inputs, again})
        rows.push_back(slice(images, 0, at, at + columns_, 1));
    // Rows of unequal length would shift the grid: the last ones are shown where they are full.
    if (again.size(0) > columns_ && again.size(0) < 2 * columns_) rows.resize(2);
    return write("reconstructions.png", cat(rows, 0), std::min(columns_, again.size(0)));
  }

  std::string write_samples() const {
    Random noise = Random{run_.options.seed}.fork("samples");
    nn::Pass pass{noise};
    const std::int64_t count = columns_ * std::min<std::int64_t>(columns_, 8);
    const Tensor samples = run_.recipe.sample(count, {}, pass).inputs;
    return samples.count() > 0 ? write("samples.png", samples, columns_) : "";
  }

  std::string write(const char* file, const Tensor& images, std::int64_t columns) const {
    nn::write_file(run_.folder.path(file), png_of_grid(images, columns));
    return " " + run_.folder.path(file);
  }

  const Run& run_;
  Progress& progress_;
  std::int64_t columns_ = 0;
};

}  // namespace

std::unique_ptr<Reporter> report_pictures(const Run& run, Progress& progress) {
  return std::make_unique<Pictures>(run, progress);
}

}  // namespace ebb::tools
