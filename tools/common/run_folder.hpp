// The folder that a training run leaves.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <nn/files/temporary_file.hpp>
#include <string>

namespace ebb::tools {

// It is filled aside, in .NAME.part beside its place, and appears at once. Metrics and
// events are appended; other files are written whole or not at all. One program works in it at a
// time: it is locked until the program ends. All functions throw ebb::IoError.
class RunFolder final {
 public:
  // Begins the folder `out`, which must not exist: else UsageError. Empty: the first free one of
  // runs/MODEL-1, runs/MODEL-2, …. What a program that was killed left aside goes.
  RunFolder(const std::string& out, const std::string& model);
  // The folder of a run that goes on; temporary files that a program left there go. UsageError
  // where it is no folder, and where another program works in it.
  static constexpr struct Existing {
  } existing = {};
  RunFolder(Existing, const std::string& folder);
  ~RunFolder();  // removes it if it has not appeared
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  // Throws UsageError where making `out` would.
  static void require_new(const std::string& out);

  // Calls `fill`, which writes the first files, and then gives the folder its name. UsageError
  // where something else took that meanwhile. Calls `fill` alone where the folder has its name.
  void appear(const std::function<void()>& fill);

  std::string name() const { return folder_.string(); }
  std::string path(const std::string& file) const { return (now_ / file).string(); }
  void write_json(const std::string& file, const nlohmann::ordered_json& contents) const;
  // All of it or, where the disk is full, nothing.
  void append(const std::string& file, std::string_view bytes) const;
  void append_line(const std::string& file, const nlohmann::ordered_json& line) const;

 private:
  bool begin(const std::filesystem::path& folder);

  std::filesystem::path folder_, now_;  // its name, and where it is now
  nn::Descriptor lock_;
};

}  // namespace ebb::tools
