// How often a program asks for memory. Linking counted_new.cpp replaces the global operator new.
#pragma once

#include <cstdint>

namespace bench {

std::uint64_t calls_of_new();  // so far, by all threads

}  // namespace bench
