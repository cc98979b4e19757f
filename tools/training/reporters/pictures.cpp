#include <algorithm>
#include <nn/files/file.hpp>
#include <tensor/parts.hpp>
#include <tools/training/image_grid.hpp>
#include <tools/training/reporters/reporters.hpp>
#include <tools/training/reporters/shown.hpp>

namespace ebb::tools {

namespace {

class Pictures final : public Reporter {
 public:
  Pictures(const Run& run, Progress& progress) : run_(run), progress_(progress) {}

  void end(std::int64_t, bool) override {
    if (image_width(run_) == 0) return;
    columns_ = grid_columns(image_width(run_));
    const std::string names = write_reconstructions() + write_samples();
    if (!names.empty()) progress_.print("pictures:" + names);
  }

 private:
  // Pairs of rows: images of the test set over what the model makes of them.
  std::string write_reconstructions() const {
    const auto [originals, again] = reconstruct_some(run_, 2 * columns_);
    if (again.count() == 0) return "";
    std::vector<Tensor> rows;
    for (std::int64_t at = 0; at < again.size(0); at += columns_)
      for (const Tensor& images : {originals, again})
        rows.push_back(slice(images, 0, at, at + columns_, 1));
    // Rows of unequal length would shift the grid: the last ones are shown where they are full.
    if (again.size(0) > columns_ && again.size(0) < 2 * columns_) rows.resize(2);
    return write("reconstructions.png", cat(rows, 0), std::min(columns_, again.size(0)));
  }

  std::string write_samples() const {
    const Tensor samples = sample_some(run_, columns_ * std::min<std::int64_t>(columns_, 8));
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
