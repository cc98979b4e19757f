// How often a program asks for memory. Linking counted_new.cpp replaces the global operator new.
#pragma once

#include <cstdint>

namespace ebb::tools {

std::uint64_t calls_of_new();  // so far, by all threads

// From now on a call whose number, as calls_of_new counts, is in [first, last] throws
// std::bad_alloc instead of giving memory: for tests of what a program does then.
void refuse_new(std::uint64_t first, std::uint64_t last);

}  // namespace ebb::tools
