// Division that rounds up, for cutting work into pieces.
#pragma once

#include <cstdint>

namespace ebb {

// How many pieces of length `by` cover n, for n >= 0: n / by, rounded up.
constexpr std::int64_t divide_up(std::int64_t n, std::int64_t by) { return (n + by - 1) / by; }

}  // namespace ebb
