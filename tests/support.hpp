// What tests share: skipping, messages, folders that vanish again, files read whole.
#pragma once

#include <filesystem>
#include <string>
#include <tensor/error.hpp>

// Counts the running test as skipped, not as passed, and prints why. Leave the test after it:
//     if (!data) return skip("EBB_DATA names no folder with mnist/");
void skip(const char* reason);

// The words of the Kind of error that f throws.
template <class Kind = ebb::Error, class F>
std::string message_of(const F& f) {
  try {
    static_cast<void>(f());
  } catch (const Kind& error) {
    return error.what();
  }
  return "nothing was thrown";
}

// A fresh folder under the system's temporary one; it goes with everything in it.
class TemporaryFolder final {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The bytes of a file; throws std::runtime_error when there is none.
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& bytes);
