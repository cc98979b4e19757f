// What every program does at its terminal: it complains in one line and listens to signals.
#pragma once

#include <csignal>
#include <string>

namespace ebb::tools {

// Prints "PROGRAM: what" to standard error, always as one line, whatever characters names of files
// and options hold. Returns the code to exit with.
int say(const std::string& program, const std::string& what, int code);

// Opens the standard streams that are closed. Otherwise the next file would get the number of such
// a stream, and what is printed would land in that file. Call this first in main.
void open_closed_streams();

// The first SIGINT, SIGTERM or SIGHUP sets the flag, so that the program can finish what it does; a
// second SIGINT or SIGTERM ends it at once, with exit_code::interrupted.
void listen_to_signals(volatile std::sig_atomic_t& flag);

}  // namespace ebb::tools
