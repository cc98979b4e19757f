#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nn/files/npy.hpp>
#include <nn/files/png_writer.hpp>
#include <nn/files/printable.hpp>
#include <nn/files/temporary_file.hpp>
#include <optional>
#include <tensor/error.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/image_output.hpp>
#include <tools/training/image_grid.hpp>

namespace ebb::tools {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* action, const fs::path& path, int error) {
  throw IoError(fmt::format("{} {}: {}; free some space or try another place with --out", action,
                            path.string(), std::strerror(error)));
}

std::string name_of_labels(const std::string& out) {
  return out.substr(0, out.size() - 4) + ".labels.npy";
}

void require_images(const std::string& out, const Tensor& images) {
  if (images.rank() != 4)
    throw UsageError(
        fmt::format("--out: {}: what the model makes are no images; try a .npy file", out));
}

// A folder under another name until all is in it.
class UnfinishedFolder final {
 public:
  explicit UnfinishedFolder(fs::path folder) : folder_(std::move(folder)), unfinished_(folder_) {
    if (!folder_.has_filename()) folder_ = folder_.parent_path();  // "a/b/"
    unfinished_ = folder_.string() + fmt::format(".{}.unfinished", ::getpid());
    std::error_code error;
    if (!fs::create_directory(unfinished_, error)) fail("make folder", unfinished_, error.value());
  }
  ~UnfinishedFolder() {
    std::error_code ignored;
    fs::remove_all(unfinished_, ignored);
  }
  UnfinishedFolder(const UnfinishedFolder&) = delete;
  UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;

  // Each file on the disk at once would take longer than to draw what is in it.
  void write(const std::string& name, const std::string& bytes) const {
    const fs::path path = unfinished_ / name;
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    if (!file) fail("write", path, errno);
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    const int error = errno;
    if (std::fclose(file) != 0) fail("write", path, errno);
    if (!written) fail("write", path, error);
  }
  void take_place() const {
    const nn::Descriptor place(::open(unfinished_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (::syncfs(place.number()) != 0) fail("write", unfinished_, errno);
    if (std::rename(unfinished_.c_str(), folder_.c_str()) == 0) return;
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
      throw UsageError(
          fmt::format("--out: {} holds something already; name a new folder", folder_.string()));
    fail("make folder", folder_, errno);
  }

 private:
  fs::path folder_, unfinished_;
};

// 00000.png, 00001-7.png, …
class FolderOutput final : public ExampleOutput {
 public:
  FolderOutput(const std::string& folder, std::int64_t count)
      : name_(folder),
        digits_(std::max<std::size_t>(5, std::to_string(count - 1).size())),
        files_(folder) {}

  void add(const nn::Batch& images) override {
    require_images(name_, images.inputs);
    std::vector<std::int32_t> labels;
    if (images.targets.count() > 0) labels = images.targets.to_vector<std::int32_t>();
    for (std::int64_t i = 0; i < images.inputs.size(0); ++i, ++written_) {
      stop_if_interrupted();
      const std::string label =
          labels.empty() ? "" : fmt::format("-{}", labels[static_cast<std::size_t>(i)]);
      files_.write(fmt::format("{:0{}}{}.png", written_, digits_, label),
                   png_of_image(images.inputs[i]));
    }
  }
  std::string finish() override {
    files_.take_place();
    return fmt::format("{}, {} files", name_, nn::grouped(written_));
  }

 private:
  const std::string name_;
  const std::size_t digits_;
  const UnfinishedFolder files_;
  std::int64_t written_ = 0;
};

class ArrayOutput final : public ExampleOutput {
 public:
  ArrayOutput(const std::string& out, std::int64_t count) : name_(out), count_(count) {}

  void add(const nn::Batch& images) override {
    if (!file_) {
      shape_ = images.inputs.shape();
      shape_[0] = count_;
      file_.emplace(name_, DType::float32, shape_);
    }
    file_->write(cast(images.inputs, DType::float32));
    if (images.targets.count() > 0) labels_.push_back(images.targets);
  }
  std::string finish() override {
    write_labels_beside(name_, labels_.empty() ? Tensor() : cat(labels_));
    file_->commit();
    std::string line = name_ + ",";
    for (int axis = 0; axis < shape_.rank(); ++axis)
      line += (axis > 0 ? " x " : " ") + nn::grouped(shape_[axis]);
    return labels_.empty() ? line : line + "; labels: " + name_of_labels(name_);
  }

 private:
  const std::string name_;
  const std::int64_t count_;
  Shape shape_;
  std::optional<nn::NpyWriter> file_;
  std::vector<Tensor> labels_;
};

// One picture: what is complete of its rows is written.
class PictureOutput final : public ExampleOutput {
 public:
  PictureOutput(const std::string& out, std::int64_t count, std::int64_t columns)
      : name_(out), count_(count), columns_(columns) {}

  void add(const nn::Batch& images) override {
    require_images(name_, images.inputs);
    if (columns_ == 0) columns_ = grid_columns(images.inputs.size(3));
    columns_ = std::min(columns_, count_);
    waiting_ = waiting_.count() > 0 ? cat({waiting_, images.inputs}) : images.inputs;
    while (waiting_.size(0) >= columns_) write_row(columns_);
  }
  std::string finish() override {
    if (waiting_.size(0) > 0) write_row(waiting_.size(0));
    file_->commit();
    return fmt::format("{}, {} images", name_, nn::grouped(count_));
  }

 private:
  void write_row(std::int64_t images) {
    stop_if_interrupted();
    const nn::Image row = image_grid(slice(waiting_, 0, 0, images), columns_);
    waiting_ = slice(waiting_, 0, images, waiting_.size(0));
    const std::int64_t gap = file_ ? grid_gap : 0;  // below the row before
    nn::ImageSize size = row.size;
    if (!file_) {
      size.height += (divide_up(count_, columns_) - 1) * (row.size.height - grid_gap);
      file_.emplace(name_, size);
    }
    const auto depth = static_cast<std::size_t>(row.size.channels);
    const std::size_t plane = row.pixels.size() / depth,
                      first = static_cast<std::size_t>(gap * row.size.width);
    std::vector<std::uint8_t> pixels(depth * (plane - first));
    for (std::size_t c = 0; c < depth; ++c)
      for (std::size_t i = first; i < plane; ++i)
        pixels[(i - first) * depth + c] = row.pixels[c * plane + i];
    file_->write(pixels);
  }

  const std::string name_;
  const std::int64_t count_;
  std::int64_t columns_;
  Tensor waiting_;
  std::optional<nn::PngWriter> file_;
};

}  // namespace

std::unique_ptr<ExampleOutput> open_images(const std::string& out, std::int64_t count,
                                           std::int64_t columns) {
  if (out.ends_with(".npy")) return std::make_unique<ArrayOutput>(out, count);
  if (out.ends_with(".png")) return std::make_unique<PictureOutput>(out, count, columns);
  return std::make_unique<FolderOutput>(out, count);
}

void write_labels_beside(const std::string& out, const Tensor& labels) {
  const std::string beside = name_of_labels(out);
  if (labels.count() > 0)
    nn::write_npy(beside, labels);
  else if (fs::exists(beside))
    throw UsageError(
        fmt::format("--out: {} would be taken for labels of {}; name another file", beside, out));
}

}  // namespace ebb::tools
