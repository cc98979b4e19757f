#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nn/files/file.hpp>
#include <nn/files/io_error.hpp>
#include <nn/files/printable.hpp>
#include <nn/files/temporary_file.hpp>
#include <tensor/error.hpp>
#include <utility>

namespace ebb::nn {

FileWriter::FileWriter(std::string path)
    : path_(std::move(path)), file_(std::make_unique<TemporaryFile>(path_)) {}

FileWriter::~FileWriter() = default;

void FileWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_->number(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail_at("write", path_, errno);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void FileWriter::commit() { file_->take_place(); }

void write_file(const std::string& path, std::string_view bytes) {
  FileWriter file(path);
  file.write(bytes);
  file.commit();
}

FileReader::FileReader(std::string path) : path_(std::move(path)) {
  struct stat status;
  if (stat(path_.c_str(), &status) != 0) fail_at("read", path_, errno);
  if (!S_ISREG(status.st_mode))
    throw IoError(text("read ", printable(path_), ": it is no file; check the path"));
  file_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) fail_at("read", path_, errno);
  size_ = static_cast<std::uint64_t>(status.st_size);
}

FileReader::~FileReader() {
  if (file_ >= 0) close(file_);
}

void FileReader::seek(std::uint64_t place) {
  if (lseek(file_, static_cast<off_t>(place), SEEK_SET) < 0) fail_at("read", path_, errno);
}

void FileReader::read(void* to, std::size_t bytes) {
  for (char* place = static_cast<char*>(to); bytes > 0;) {
    const ssize_t got = ::read(file_, place, bytes);
    if (got < 0 && errno != EINTR) fail_at("read", path_, errno);
    if (got == 0)
      throw IoError(
          text("read ", printable(path_), ": it became shorter while it was read; try again"));
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
