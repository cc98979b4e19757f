// Programs that a suite runs: what they print, and the processor's time that they took.
#pragma once

#include <string>
#include <vector>

namespace ebb::tools::benchmark {

struct Finished {
  int status;          // the exit status, or 128 and the signal
  std::string output;  // of stdout
  double seconds, user_seconds;
};

// The first word is looked up in PATH. What stands in `variables`, "NAME=value", is added to the
// environment. Throws std::runtime_error where the program cannot be started.
Finished run_program(const std::vector<std::string>& command,
                     const std::vector<std::string>& variables = {});

}  // namespace ebb::tools::benchmark
