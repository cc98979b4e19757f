// What every program does at its terminal: it complains in one line and listens to signals.
#pragma once

#include <csignal>
#include <string>

namespace ebb::tools {

// Prints "PROGRAM: what" to standard error, as one line whatever names of files and options hold.
// Returns the code to exit with.
int say(const std::string& program, const std::string& what, int code);

// A file that is opened later must not get the number of a stream that is closed: what is printed
// there would land in it. Call this first in main.
void open_closed_streams();

// The first SIGINT, SIGTERM or SIGHUP sets the flag, so that the program may end well; a second
// SIGINT or SIGTERM ends it at once, with exit_code::interrupted.
void listen_to_signals(volatile std::sig_atomic_t& flag);

}  // namespace ebb::tools
