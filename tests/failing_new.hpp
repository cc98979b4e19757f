// Programs that run out of memory, at every place where they can.
#pragma once

#include <functional>

// Calls `work` again and again: with the n-th call of operator new failing, alone and then with all
// that follow, for n = 1, 2, …, and with only so many bytes for tensors beside those in use, from
// none on; each time until it comes through. After each call it calls `then`, with enough memory
// again, and tells whether work has failed, with std::bad_alloc or ebb::MemoryError; any other
// exception goes on to the caller. Returns how often it failed.
int run_out_of_memory_everywhere(const std::function<void()>& work,
                                 const std::function<void(bool failed)>& then);
