#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <nn/files/printable.hpp>
#include <string_view>
#include <tools/common/progress.hpp>

namespace ebb::tools {

namespace {

// A terminal that can go back to the beginning of its line and clear it.
bool can_go_back() {
  const char* const kind = std::getenv("TERM");
  return isatty(STDOUT_FILENO) && kind != nullptr && *kind != '\0' &&
         std::string_view(kind) != "dumb";
}

void put(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

Progress::Progress(bool quiet) : quiet_(quiet), terminal_(!quiet && can_go_back()) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (shown_) put("\r\x1b[K");
  shown_ = false;
}

bool Progress::due() { return terminal_ && seconds_now() - last_ >= 0.1; }

void Progress::show(std::string line) {
  last_ = seconds_now();
  struct winsize window = {};
  // A line that wraps could not be removed again.
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 &&
      line.size() >= window.ws_col)
    line.resize(window.ws_col - 1u);
  put("\r" + ebb::nn::printable(line) + "\x1b[K");
  shown_ = true;
}

void Progress::print(const std::string& line) {
  if (quiet_) return;
  clear();
  put(ebb::nn::printable(line) + "\n");
}

}  // namespace ebb::tools
