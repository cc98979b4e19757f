// What the programs that work with runs do alike, from main on.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace ebb::tools {

// Prepares the streams, runs the body, and turns what it throws into one line and the code to exit
// with.
int run_main(const std::string& program, const std::function<int()>& body);

// EBB_ISA is an option, too: throws UsageError for a wrong one.
void check_instruction_set();

// Sets the number of threads, 0 for one per core, and says where the system allows fewer, unless
// quiet.
void start_threads(const std::string& program, std::int64_t wanted, bool quiet);

// What comes after the command line was read: checks the instruction set, starts the threads, and
// from now on signals set `interruptions`, and a file beyond its limit (ulimit -f) is an error to
// report. Throws UsageError.
void begin_work(const std::string& program, std::int64_t threads, bool quiet);

}  // namespace ebb::tools
