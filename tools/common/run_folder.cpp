#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nn/files/file.hpp>
#include <tensor/error.hpp>
#include <tools/common/options.hpp>
#include <tools/common/run_folder.hpp>
#include <vector>

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

constexpr const char* another_place = "try another place with --out";

void make_parents(const files::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) files::create_directories(folder.parent_path(), error);
  if (error) fail("make folder", folder.parent_path().string(), error.value(), another_place);
}

// Not open where another program holds it, or where it has gone or been replaced meanwhile. A file
// system that knows no locks holds none.
nn::Descriptor lock(const files::path& folder) {
  nn::Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat held, named;
  if (opened.is_open() &&
      (::flock(opened.number(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
      ::fstat(opened.number(), &held) == 0 && ::stat(folder.c_str(), &named) == 0 &&
      held.st_dev == named.st_dev && held.st_ino == named.st_ino)
    return opened;
  return nn::Descriptor();
}

// A lock ends with the process that holds it, so what can be locked is in nobody's use. Of two
// programs that start at once, mkdir lets one have the name.
nn::Descriptor make_aside(const files::path& aside, const std::string& name) {
  for (int tries = 0; tries < 3; ++tries) {
    if (::mkdir(aside.c_str(), 0777) == 0) return lock(aside);
    if (errno != EEXIST) fail("make folder", name, errno, another_place);
    const nn::Descriptor stray = lock(aside);
    if (!stray.is_open()) break;
    std::error_code ignored;  // the next mkdir says what is wrong
    files::remove_all(aside, ignored);
  }
  return nn::Descriptor();
}

// As rename, but nothing is replaced: false where there is something.
bool rename_to_new(const files::path& from, const files::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) fail("make folder", to.string(), errno, another_place);
  if (is_there(to)) return false;  // a file system that cannot do both at once
  if (::rename(from.c_str(), to.c_str()) != 0)
    fail("make folder", to.string(), errno, another_place);
  return true;
}

void synchronize_folder(const files::path& folder) {
  const nn::Descriptor opened(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ::fsync(opened.number());  // some file systems cannot, and nothing is wrong then
}

// Temporary files and folders: config.json.part-12-0, checkpoints/000123.part.
void remove_strays(const files::path& folder) {
  std::error_code error;
  std::vector<files::path> strays;
  for (const char* within : {"", "checkpoints", "history"})
    for (files::directory_iterator at(folder / within, error), end; !error && at != end;
         at.increment(error))
      if (const std::string name = at->path().filename();
          name.ends_with(".part") || name.find(".part-") != name.npos)
        strays.push_back(at->path());
  for (const files::path& stray : strays) files::remove_all(stray, error);
}

}  // namespace

RunFolder::RunFolder(const std::string& out, const std::string& model) {
  if (!out.empty()) {
    require_new(out);
    if (!begin(without_slash(out))) refuse(out);
    return;
  }
  for (int number = 1; !begin(fmt::format("runs/{}-{}", model, number)); ++number) {
  }
}

// False where something has that name already, or will have it.
bool RunFolder::begin(const files::path& folder) {
  make_parents(folder);
  const files::path aside = folder.parent_path() / ("." + folder.filename().string() + ".part");
  if (is_there(folder)) return false;
  lock_ = make_aside(aside, folder.string());
  if (!lock_.is_open()) return false;
  folder_ = folder;
  now_ = aside;
  if (!is_there(folder)) return true;
  ::rmdir(aside.c_str());
  return false;
}

RunFolder::RunFolder(Existing, const std::string& folder, const std::string& option)
    : folder_(without_slash(folder)), now_(folder_), lock_(lock(folder_)) {
  std::error_code unknown;
  if (!files::is_directory(folder_, unknown))
    throw UsageError(fmt::format("{}: {} is no folder of a run; check the path", option, folder));
  if (!lock_.is_open())
    throw UsageError(fmt::format("{}: another program works in {}; wait for its end, or stop it",
                                 option, folder));
  remove_strays(folder_);
}

RunFolder::~RunFolder() {
  std::error_code ignored;
  if (now_ != folder_) files::remove_all(now_, ignored);
}

void RunFolder::appear(const std::function<void()>& fill) {
  if (now_ == folder_) return fill();
  try {
    fill();
  } catch (const ebb::IoError& error) {  // nobody knows the folder by the name that it has now
    std::string what = error.what();
    if (const std::size_t at = what.find(now_.string()); at != what.npos)
      what.replace(at, now_.string().size(), folder_.string());
    throw ebb::IoError(what);
  }
  synchronize_folder(now_);
  if (!rename_to_new(now_, folder_)) refuse(folder_.string());
  now_ = folder_;
  synchronize_folder(folder_.parent_path());
}

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
  append(file, line.dump() + '\n');
}

void RunFolder::append(const std::string& file, std::string_view bytes) const {
  const std::string name = path(file);
  const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) fail("open", name, errno, "is the folder still there?");
  const off_t before = ::lseek(descriptor, 0, SEEK_END);
  int error = 0;
  for (std::size_t done = 0; done < bytes.size() && error == 0;) {
    const ssize_t written = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno != EINTR) error = errno;
    if (written > 0) done += static_cast<std::size_t>(written);
  }
  if (error != 0 && ::ftruncate(descriptor, before) != 0) error = errno;
  ::close(descriptor);
  if (error == EFBIG) fail("write", name, error, "the limit on file sizes is reached (ulimit -f)");
  if (error != 0) fail("write", name, error, "free some space or try another disk");
}

}  // namespace ebb::tools
