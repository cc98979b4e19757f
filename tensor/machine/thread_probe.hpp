// How many more threads does the system allow?
#pragma once

#include <cstddef>

namespace ebb::detail {

// Starts up to `wanted` threads of such stacks, all at once, ends them again and says how many
// there were: fewer where a limit on processes (ulimit -u, a container's) or address space (ulimit
// -v) stands against more. For each, `spare` bytes of addresses are to be left, too. Takes some ten
// microseconds per thread.
int count_possible_threads(int wanted, std::size_t stack, std::size_t spare);

}  // namespace ebb::detail
