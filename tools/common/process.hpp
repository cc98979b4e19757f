// Programs that another one runs: what they print, and the processor's time that they took.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ebb::tools {

// A file without a name that begins with the text. Throws std::runtime_error where none can be
// made.
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
File temporary_file(const std::string& text = "");
// All of it. A program that still writes there goes on where it was.
std::string contents(std::FILE* file);

// What a program finds when it starts.
struct Surroundings {
  int input = 0, output = 1, errors = 2;                               // descriptors
  std::string folder = {};                                             // empty: this one
  std::map<std::string, std::optional<std::string>> environment = {};  // changes; nullopt unsets
};
// Starts a program. Its first word is looked up in PATH. Throws std::runtime_error where it cannot
// be started.
pid_t start_program(std::vector<std::string> words, const Surroundings& around = {});
int exit_code_of(int status);  // of waitpid's: 128 and the signal that ended it, as a shell counts

struct FinishedProgram {
  int status;          // the exit status, or 128 and the signal
  std::string output;  // of stdout
  double seconds, user_seconds;
};
// Starts such a program, which reads `input`, and waits for its end.
FinishedProgram run_program(const std::vector<std::string>& words, const std::string& input = "");

}  // namespace ebb::tools
