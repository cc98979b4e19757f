// A program that this one runs and takes with it when it ends.
#pragma once

#include <tools/common/process.hpp>

namespace ebb::tools {

// Where it is killed, the system kills the child, too. Ctrl-C and a closed terminal are for this
// program alone, which asks the child to end.
class Child final {
 public:
  // The first word is the path of the program. What it prints is lost; what it complains is kept.
  // Throws std::runtime_error where it cannot be started.
  explicit Child(const std::vector<std::string>& words);
  ~Child();  // kills it when it still runs
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool ended();       // looks, and does not wait
  void ask_to_end();  // SIGTERM
  int exit_code() const { return exit_code_of(status_); }
  std::string complaint() const;  // its last line on standard error, "PROGRAM: " left out

 private:
  File errors_;
  pid_t process_ = -1;  // -1: it has ended
  int status_ = 0;
};

// A program in the folder of this one: "ebb-train". Throws std::runtime_error where it is missing.
std::string program_beside(const std::string& name);

}  // namespace ebb::tools
