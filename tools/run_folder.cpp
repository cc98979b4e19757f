#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nn/file.hpp>
#include <tensor/error.hpp>
#include <tools/run_folder.hpp>
#include <tools/train_options.hpp>

namespace {

[[noreturn]] void fail(const char* action, const std::string& path) {
  throw ebb::IoError(fmt::format("{} {}: {}", action, path, std::strerror(errno)));
}

// False where something has that name already; mkdir decides between two that start at once.
bool make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0777) == 0) return true;
  if (errno != EEXIST) fail("make folder", folder.string());
  return false;
}

}  // namespace

RunFolder::RunFolder(const std::string& out, const std::string& model) : folder_(out) {
  if (!out.empty()) {
    while (!folder_.has_filename() && folder_.has_relative_path()) folder_ = folder_.parent_path();
    if (!make_folder(folder_))
      throw UsageError(fmt::format("--out: {} exists already; name a new folder", out));
    return;
  }
  for (int number = 1;; ++number) {
    folder_ = fmt::format("runs/{}-{}", model, number);
    if (make_folder(folder_)) return;
  }
}

void RunFolder::write_json(const std::string& file, const nlohmann::ordered_json& contents) const {
  ebb::nn::write_file(path(file), contents.dump(2) + '\n');
}

void RunFolder::append_line(const std::string& file, const nlohmann::ordered_json& line) const {
  const std::string text = line.dump() + '\n', name = path(file);
  const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) fail("open", name);
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  const int error = written < 0 ? errno : ENOSPC;  // a short write is a full disk's
  ::close(descriptor);
  errno = error;
  if (written != static_cast<ssize_t>(text.size())) fail("write", name);
}
