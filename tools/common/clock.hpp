// The clock that programs measure with.
#pragma once

#include <chrono>

namespace ebb::tools {

// Seconds of a clock that only goes forward.
inline double seconds_now() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

}  // namespace ebb::tools
