// Programs that another one runs: what they print, and the processor's time that they took.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace ebb::tools {

// A file without a name that begins with the text. Throws std::runtime_error where none can be
// made.
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
File temporary_file(const std::string& text = "");
std::string contents(std::FILE* file);  // all of it

// Starts a program whose standard input and output are these files. Its first word is looked up in
// PATH. Throws std::runtime_error where it cannot be started.
pid_t start_program(std::vector<std::string> words, int input, int output);

struct FinishedProgram {
  int status;          // the exit status, or 128 and the signal
  std::string output;  // of stdout
  double seconds, user_seconds;
};
// Starts such a program, which reads `input`, and waits for its end.
FinishedProgram run_program(const std::vector<std::string>& words, const std::string& input = "");

}  // namespace ebb::tools
