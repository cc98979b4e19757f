#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tools/common/progress.hpp>

using namespace ebb::tools;

namespace {

// While one lives, standard output is a terminal of that kind and width.
class Terminal final {
 public:
  explicit Terminal(const char* kind, unsigned short columns = 80)
      : master_(posix_openpt(O_RDWR | O_NOCTTY)), before_(dup(STDOUT_FILENO)) {
    std::fflush(stdout);
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0)
      throw std::runtime_error("no pseudo terminal");
    const int slave = open(ptsname(master_), O_RDWR | O_NOCTTY);
    termios raw = {};
    tcgetattr(slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    const winsize size = {24, columns, 0, 0};
    ioctl(slave, TIOCSWINSZ, &size);
    dup2(slave, STDOUT_FILENO);
    close(slave);
    if (const char* term = std::getenv("TERM")) term_ = term;
    kind ? setenv("TERM", kind, 1) : unsetenv("TERM");
  }
  ~Terminal() {
    std::fflush(stdout);
    dup2(before_, STDOUT_FILENO);
    close(before_);
    close(master_);
    term_.empty() ? unsetenv("TERM") : setenv("TERM", term_.c_str(), 1);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // What was printed since the last look. The system hands it on when it likes, so a mark that is
  // printed after it says where it ends.
  std::string shown() {
    constexpr char mark = '\x1e';
    std::fputc(mark, stdout);
    std::fflush(stdout);
    std::string text;
    for (char next = 0; read(master_, &next, 1) == 1 && next != mark;) text += next;
    return text;
  }

 private:
  int master_, before_;
  std::string term_;
};

}  // namespace

TEST_CASE("progress: a live line replaces itself, and lines that stay take its place") {
  Terminal terminal("xterm");
  std::string shown;
  bool due;
  {
    Progress progress(false);
    due = progress.due();
    progress.show("one");
    progress.show("two");
    progress.print("three");
    progress.show("four");
  }
  shown = terminal.shown();
  CHECK(due);
  CHECK(shown == "\rone\x1b[K\rtwo\x1b[K\r\x1b[Kthree\n\rfour\x1b[K\r\x1b[K");
}

TEST_CASE("progress: two live lines in a row are not due") {
  Terminal terminal("xterm");
  Progress progress(false);
  progress.show("one");
  CHECK(!progress.due());
}

TEST_CASE("progress: a live line never wraps") {
  for (const unsigned short columns : {0, 1, 10, 11, 12}) {
    Terminal terminal("xterm", columns);
    Progress progress(false);
    progress.show("0123456789");
    const std::string text(columns == 0 ? "0123456789"
                                        : std::string("0123456789").substr(0, columns - 1u));
    CHECK(terminal.shown() == "\r" + text + "\x1b[K");
  }
}

TEST_CASE("progress: terminals that cannot go back get whole lines only") {
  for (const char* kind : {"dumb", "", static_cast<const char*>(nullptr)}) {
    Terminal terminal(kind);
    Progress progress(false);
    CHECK(!progress.due());
    progress.print("a line");
    CHECK(terminal.shown() == "a line\n");
  }
}

TEST_CASE("progress: control characters are shown as question marks") {
  Terminal terminal("xterm");
  std::string shown;
  {
    Progress progress(false);
    progress.show("a\x1b[2J");
    progress.print("b\x9b\x07");
  }
  shown = terminal.shown();
  CHECK(shown == "\ra?[2J\x1b[K\r\x1b[Kb??\n");
}

TEST_CASE("progress: quiet is quiet") {
  Terminal terminal("xterm");
  std::string shown;
  {
    Progress progress(true);
    CHECK(!progress.due());
    progress.print("a line");
  }
  CHECK(terminal.shown() == "");
}

TEST_CASE("progress: as JSON each line is an object, in ASCII, and there is no live line") {
  Terminal terminal("xterm");
  {
    Progress progress(false, LogFormat::json);
    CHECK(!progress.due());
    progress.print("ü\x1b\x9b");
    progress.print_event({{"event", "end"}, {"steps", 3}});
    Progress quiet(true, LogFormat::json), text(false);
    quiet.print("a line");
    quiet.print_event({{"event", "end"}, {"steps", 3}});
    text.print_event({{"event", "end"}, {"steps", 3}});
  }
  CHECK(terminal.shown() ==
        "{\"event\":\"note\",\"text\":\"\\u00fc\\u001b\\ufffd\"}\n"
        "{\"event\":\"end\",\"steps\":3}\n");
}

TEST_CASE("progress: a bar fills the room that the pieces leave, and the last pieces go first") {
  const std::vector<std::string> pieces = {"epoch 1/2", "loss 3", "left 0:09"};
  CHECK(live_line(pieces, 0.5, 200) ==
        "epoch 1/2 [" + std::string(15, '=') + std::string(15, ' ') + "]  loss 3  left 0:09");
  CHECK(live_line(pieces, 0.5, 37) == "epoch 1/2 [===   ]  loss 3  left 0:09");
  CHECK(live_line(pieces, 1, 36) == "epoch 1/2 [================]  loss 3");
  CHECK(live_line(pieces, 0, 26) == "epoch 1/2 [      ]  loss 3");
  CHECK(live_line(pieces, 7, 25) == "epoch 1/2 [=============]");
  CHECK(live_line(pieces, -7, 18) == "epoch 1/2 [      ]");
  CHECK(live_line(pieces, 1, 17) == "epoch 1/2");
  CHECK(live_line(pieces, 1, 3) == "epoch 1/2");
}

TEST_CASE("progress: a terminal says how wide it is") {
  Terminal narrow("xterm", 20);
  CHECK(Progress(false).columns() == 19);
  const Terminal unknown("xterm", 0);
  CHECK(Progress(false).columns() == 79);
}

TEST_CASE("progress: times are read as on a clock") {
  CHECK(clock_time(0) == "0:00");
  CHECK(clock_time(8.2) == "0:09");
  CHECK(clock_time(220) == "3:40");
  CHECK(clock_time(25 * 3600 + 123) == "25:02:03");
  CHECK(clock_time(-1) == "0:00");
}
