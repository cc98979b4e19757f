// A temporary file beside the one that it will replace.
#pragma once

#include <string>
#include <utility>

namespace ebb::nn {

// An open file, or none; its destructor closes it.
class Descriptor final {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  bool close();  // false where the system says that something went wrong

 private:
  int number_;
};

// Symbolic links are followed to the file that they mean, which need not exist. The temporary file
// lies in that file's folder, is locked as long as it lives, and may be read by nobody else when
// it will replace a file that is there. What crashed programs left beside the same file, and
// nobody holds locked, is removed first. Throws IoError.
class TemporaryFile final {
 public:
  explicit TemporaryFile(const std::string& path);
  ~TemporaryFile();  // removes it, unless it took its place

  int number() const { return file_.number(); }

  // Gives it the mode and, as far as the system allows, the owner and the group of the file that it
  // replaces, and then the name. All is on the disk when this returns.
  void take_place();

 private:
  void find_place();
  void remove_strays() const;
  void create();
  void keep_owner_and_mode() const;
  [[noreturn]] void fail() const;  // with errno

  std::string path_;  // as it was given
  Descriptor folder_, file_;
  std::string name_, start_, temporary_;  // in that folder; start_ is common to all beside name_
  bool replaces_ = false;
};

}  // namespace ebb::nn
