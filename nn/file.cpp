#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nn/file.hpp>
#include <tensor/error.hpp>
#include <utility>

namespace ebb::nn {
namespace {

const char* what_to_try(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space or try another disk";
    case EFBIG:
      return "; the limit on file sizes is reached (ulimit -f)";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; try a folder that you may write to";
    case ENOENT:
    case ENOTDIR:
      return "; check the path";
    default:
      return "";
  }
}

[[noreturn]] void fail_at(const char* action, const std::string& path, int error) {
  throw IoError(text(action, " ", path, ": ", std::strerror(error), what_to_try(error)));
}

// The first free name beside `path`. O_EXCL decides between two writers, and passes by what a
// killed program left.
int open_temporary(const std::string& path, std::string& name) {
  for (int i = 0;; ++i) {
    name = text(path, ".part-", getpid(), "-", i);
    const int file = open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST) return file;
  }
}

// Some file systems cannot synchronize and say EINVAL: nothing is wrong with the file then.
bool synchronized(int file) { return fsync(file) == 0 || errno == EINVAL; }

}  // namespace

FileWriter::FileWriter(std::string path) : path_(std::move(path)) {
  struct stat status;
  if (stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    throw IoError(text("write ", path_, ": a folder or device of that name is there already; try ",
                       "another name"));
  file_ = open_temporary(path_, temporary_);
  if (file_ < 0) fail(errno);
}

FileWriter::~FileWriter() {
  if (file_ >= 0) close(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void FileWriter::fail(int error) const { fail_at("write", path_, error); }

void FileWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail(errno);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void FileWriter::commit() {
  if (!synchronized(file_)) fail(errno);
  if (close(std::exchange(file_, -1)) != 0) fail(errno);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno);
  temporary_.clear();
  synchronize_folder();
}

// A new name is on the disk only when its folder is.
void FileWriter::synchronize_folder() const {
  const std::size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) fail(errno);
  const bool done = synchronized(file);
  const int error = errno;
  close(file);
  if (!done) fail(error);
}

void write_file(const std::string& path, std::string_view bytes) {
  FileWriter file(path);
  file.write(bytes);
  file.commit();
}

FileReader::FileReader(std::string path) : path_(std::move(path)) {
  struct stat status;
  if (stat(path_.c_str(), &status) != 0) fail_at("read", path_, errno);
  if (!S_ISREG(status.st_mode))
    throw IoError(text("read ", path_, ": it is no file; check the path"));
  file_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) fail_at("read", path_, errno);
  size_ = static_cast<std::uint64_t>(status.st_size);
}

FileReader::~FileReader() {
  if (file_ >= 0) close(file_);
}

void FileReader::read(void* to, std::size_t bytes) {
  for (char* place = static_cast<char*>(to); bytes > 0;) {
    const ssize_t got = ::read(file_, place, bytes);
    if (got < 0 && errno != EINTR) fail_at("read", path_, errno);
    if (got == 0)
      throw IoError(text("read ", path_, ": it became shorter while it was read; try again"));
    if (got > 0) {
      place += got;
      bytes -= static_cast<std::size_t>(got);
    }
  }
}

std::string read_file(const std::string& path) {
  FileReader file(path);
  std::string bytes(file.size(), '\0');
  file.read(bytes.data(), bytes.size());
  return bytes;
}

}  // namespace ebb::nn
