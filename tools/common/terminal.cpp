#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <nn/files/printable.hpp>
#include <tools/common/clock.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/common/terminal.hpp>

namespace ebb::tools {

namespace {

volatile std::sig_atomic_t* flag_to_set = nullptr;

// timeout(1) sends its signal twice within microseconds, to the program and to its group: that
// counts as one. When a terminal is closed, the shell and the system may both send SIGHUP, any time
// apart.
void on_signal(int signal) {
  static double first = 0;
  if (*flag_to_set == 0) {
    first = seconds_now();
    *flag_to_set = 1;
  } else if (signal != SIGHUP && seconds_now() - first > 0.02) {
    _exit(exit_code::interrupted);
  }
}

}  // namespace

int say(const std::string& program, const std::string& what, int code) {
  std::fputs((program + ": " + nn::printable(what) + "\n").c_str(), stderr);
  return code;
}

void open_closed_streams() {
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", O_RDWR);
}

void listen_to_signals(volatile std::sig_atomic_t& flag) {
  flag_to_set = &flag;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction before = {};
  sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // nohup(1) ignores it
}

}  // namespace ebb::tools
