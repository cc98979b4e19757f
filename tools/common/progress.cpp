#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
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

Progress::Progress(bool quiet, LogFormat format)
    : quiet_(quiet),
      json_(format == LogFormat::json),
      terminal_(!quiet && !json_ && can_go_back()) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (shown_) put("\r\x1b[K");
  shown_ = false;
}

bool Progress::due() { return terminal_ && seconds_now() - last_ >= 0.1; }

std::size_t Progress::columns() const {
  struct winsize window = {};
  // A letter in the last column may already wrap the line, which could not be removed again.
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col - 1u
                                                                             : 79u;
}

void Progress::show(std::string line) {
  last_ = seconds_now();
  line.resize(std::min(line.size(), columns()));
  put("\r" + nn::printable(line) + "\x1b[K");
  shown_ = true;
}

void Progress::put_line(const std::string& line) {
  if (quiet_) return;
  clear();
  put(line + '\n');
}

void Progress::print(const std::string& line) {
  if (json_)
    print_event({{"event", "note"}, {"text", line}});
  else
    put_line(nn::printable(line));
}

// Names of files need not be UTF-8; JSON must be.
void Progress::print_event(const nlohmann::ordered_json& event) {
  using Json = nlohmann::ordered_json;
  if (json_) put_line(event.dump(-1, ' ', true, Json::error_handler_t::replace));
}

std::string live_line(const std::vector<std::string>& pieces, double done, std::size_t columns) {
  constexpr std::size_t narrowest = 8, widest = 32;  // a bar with its brackets
  std::size_t length = 0, count = 0;                  // of the pieces that fit
  for (const std::string& piece : pieces) {
    const std::size_t longer = length + piece.size() + (count > 0 ? 2 : 0);
    if (count > 0 && longer + 1 + narrowest > columns) break;
    length = longer;
    ++count;
  }
  std::string line = pieces.front();
  if (length + 1 + narrowest <= columns) {
    const std::size_t inside = std::min(columns - length - 1, widest) - 2;
    const auto full =
        static_cast<std::size_t>(static_cast<double>(inside) * std::clamp(done, 0., 1.));
    line += " [" + std::string(full, '=') + std::string(inside - full, ' ') + ']';
  }
  for (std::size_t i = 1; i < count; ++i) line += "  " + pieces[i];
  return line;
}

std::string clock_time(double seconds) {
  const auto all = static_cast<std::int64_t>(std::ceil(std::clamp(seconds, 0., 1e15)));
  const std::int64_t hours = all / 3600, minutes = all / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, all % 60)
                   : fmt::format("{}:{:02}", minutes, all % 60);
}

}  // namespace ebb::tools
