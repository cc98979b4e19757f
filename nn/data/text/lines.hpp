// The examples of a text file: its lines, or its paragraphs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tensor/error.hpp>
#include <utility>
#include <vector>

namespace ebb::nn {

struct LinesOptions {
  bool paragraphs = false;  // an example ends at an empty line; its lines are joined by spaces
  std::uint64_t memory = std::uint64_t{1} << 40;  // larger files are read when asked for
};

// Lines without their ends ("\n" or "\r\n") and without those that hold nothing but spaces. A byte
// order mark at the file's beginning does not count. A handle: copies are cheap, and any thread may
// ask.
class Lines final {
 public:
  explicit Lines(std::vector<std::string> lines);  // these, as they are
  // Throws IoError, and FormatError for a file without lines, or one that is not UTF-8: it names
  // the line and the byte.
  static Lines open(const std::string& path, const LinesOptions& options = {});

  std::int64_t count() const;
  // Throws Error for a number outside [0, count), and FormatError where the file changed meanwhile.
  std::string line(std::int64_t number) const;
  bool in_memory() const;
  std::int64_t left_out() const;  // lines that hold nothing

 private:
  struct Contents;
  explicit Lines(std::shared_ptr<const Contents> contents) : contents_(std::move(contents)) {}
  std::shared_ptr<const Contents> contents_;
};

}  // namespace ebb::nn
