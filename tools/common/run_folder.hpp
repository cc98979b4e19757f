// The folder that a training run leaves.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace ebb::tools {

// Metrics are appended a line at a time; other files are written whole or not at all. All functions
// throw ebb::IoError. The destructor removes a folder in which nothing was written.
class RunFolder final {
 public:
  // Makes the folder `out`, which must not exist: else UsageError. Empty: the first free one of
  // runs/MODEL-1, runs/MODEL-2, ….
  RunFolder(const std::string& out, const std::string& model);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  // Throws UsageError where making `out` would.
  static void require_new(const std::string& out);

  std::string name() const { return folder_.string(); }
  std::string path(const std::string& file) const { return (folder_ / file).string(); }
  void write_json(const std::string& file, const nlohmann::ordered_json& contents) const;
  // The whole line or, where the disk is full, nothing of it.
  void append_line(const std::string& file, const nlohmann::ordered_json& line) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace ebb::tools
