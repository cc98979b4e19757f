#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nn/files/file.hpp>
#include <tensor/error.hpp>
#include <tools/common/options.hpp>
#include <tools/common/run_folder.hpp>

namespace ebb::tools {

namespace {

namespace files = std::filesystem;

[[noreturn]] void fail(const char* action, const std::string& path, int error, const char* hint) {
  throw ebb::IoError(fmt::format("{} {}: {}; {}", action, path, std::strerror(error), hint));
}

[[noreturn]] void refuse(const std::string& out) {
  throw UsageError(fmt::format("--out: {} exists already; name a new folder", out));
}

// "a/b" where "a/b/" came.
files::path without_slash(files::path folder) {
  while (!folder.has_filename() && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

bool is_there(const files::path& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0;
}

// False where something has that name already; of two programs that start at once, mkdir lets one
// have it.
bool make_folder(const files::path& folder) {
  constexpr const char* hint = "try another place with --out";
  std::error_code error;
  if (folder.has_parent_path()) files::create_directories(folder.parent_path(), error);
  if (error) fail("make folder", folder.parent_path().string(), error.value(), hint);
  if (::mkdir(folder.c_str(), 0777) == 0) return true;
  if (errno != EEXIST) fail("make folder", folder.string(), errno, hint);
  return false;
}

}  // namespace

RunFolder::RunFolder(const std::string& out, const std::string& model)
    : folder_(without_slash(out)) {
  if (!out.empty()) {
    require_new(out);
    if (!make_folder(folder_)) refuse(out);
    return;
  }
  for (int number = 1;; ++number) {
    folder_ = fmt::format("runs/{}-{}", model, number);
    if (make_folder(folder_)) return;
  }
}

RunFolder::~RunFolder() { ::rmdir(folder_.c_str()); }  // removes it only if it is empty

void RunFolder::require_new(const std::string& out) {
  if (out.empty()) return;
  const files::path folder = without_slash(out);
  if (is_there(folder)) refuse(out);
  // A folder must be there to hold "." and "..", and making one for that is not what was asked for.
  files::path parent;
  for (const files::path& part : folder) {
    if ((part == "." || part == "..") && !parent.empty() && !is_there(parent))
      throw UsageError(
          fmt::format("--out: {} leads through {}, which does not exist; name a new "
                      "folder",
                      out, parent.string()));
    parent /= part;
  }
}

void RunFolder::write_json(const std::string& file, const nlohmann::ordered_json& contents) const {
  // Names of folders need not be UTF-8; JSON must be. Only letters without accents stay as they
  // are, so that no control character reaches a terminal.
  using Json = nlohmann::ordered_json;
  ebb::nn::write_file(path(file),
                      contents.dump(2, ' ', true, Json::error_handler_t::replace) + '\n');
}

void RunFolder::append_line(const std::string& file, const nlohmann::ordered_json& line) const {
  const std::string text = line.dump() + '\n', name = path(file);
  const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) fail("open", name, errno, "is the folder still there?");
  const off_t before = ::lseek(descriptor, 0, SEEK_END);
  int error = 0;
  for (std::size_t done = 0; done < text.size() && error == 0;) {
    const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno != EINTR) error = errno;
    if (written > 0) done += static_cast<std::size_t>(written);
  }
  if (error != 0 && ::ftruncate(descriptor, before) != 0) error = errno;
  ::close(descriptor);
  if (error == EFBIG) fail("write", name, error, "the limit on file sizes is reached (ulimit -f)");
  if (error != 0) fail("write", name, error, "free some space or try another disk");
}

}  // namespace ebb::tools
