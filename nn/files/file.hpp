// Files written whole or not at all, and files read whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ebb::nn {

class TemporaryFile;

// A file that takes its place at once: pieces go to a temporary file in the same folder, and commit
// makes that the file. Whoever looks meanwhile, or after a crash, sees the old file or none, never
// a part of the new one. A file that is replaced hands on its mode and, where the system allows,
// its owner and group; a symbolic link stays, and the file that it points to is written. Temporary
// files that crashed programs left for the same file are removed; those of programs that still
// write stay. All functions throw IoError naming the path and what the system said.
class FileWriter final {
 public:
  explicit FileWriter(std::string path);
  ~FileWriter();  // without commit: removes the temporary file, the old one stays
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  void write(std::string_view bytes);
  void commit();  // on the disk when it returns: file and folder are synchronized

 private:
  std::string path_;
  std::unique_ptr<TemporaryFile> file_;
};

// Makes `bytes` the contents of the file, whole or not at all.
void write_file(const std::string& path, std::string_view bytes);

// A file read from its front in pieces. Throws IoError as above; folders and devices are refused.
class FileReader final {
 public:
  explicit FileReader(std::string path);
  ~FileReader();
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  std::uint64_t size() const { return size_; }
  void seek(std::uint64_t place);          // read goes on there; at most the size
  void read(void* to, std::size_t bytes);  // the next `bytes` of it, no fewer

 private:
  std::string path_;
  int file_ = -1;
  std::uint64_t size_ = 0;
};

// All bytes of a file.
[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace ebb::nn
