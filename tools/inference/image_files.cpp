#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nn/files/temporary_file.hpp>
#include <tensor/error.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/image_files.hpp>
#include <tools/training/image_grid.hpp>

namespace ebb::tools {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* action, const fs::path& path, int error) {
  throw IoError(fmt::format("{} {}: {}; free some space or try another place with --out", action,
                            path.string(), std::strerror(error)));
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

}  // namespace

void write_image_files(const std::string& folder, const nn::Batch& images) {
  const std::int64_t count = images.inputs.size(0);
  const std::size_t digits = std::max<std::size_t>(5, std::to_string(count - 1).size());
  std::vector<std::int32_t> labels;
  if (images.targets.count() > 0) labels = images.targets.to_vector<std::int32_t>();
  const UnfinishedFolder files(folder);
  for (std::int64_t i = 0; i < count; ++i) {
    stop_if_interrupted();
    const std::string label =
        labels.empty() ? "" : fmt::format("-{}", labels[static_cast<std::size_t>(i)]);
    files.write(fmt::format("{:0{}}{}.png", i, digits, label), png_of_image(images.inputs[i]));
  }
  files.take_place();
}

}  // namespace ebb::tools
