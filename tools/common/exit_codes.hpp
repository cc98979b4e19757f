// What programs exit with, and the error that stands for a wrong command line.
#pragma once

#include <stdexcept>

namespace ebb::tools {

namespace exit_code {
inline constexpr int done = 0, failed = 1, wrong_usage = 2, bad_data = 3, diverged = 4;
inline constexpr int interrupted = 130;  // 128 + SIGINT, as a shell counts
}  // namespace exit_code

// A wrong command line: the program says it in one line and exits with wrong_usage.
struct UsageError final : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace ebb::tools
