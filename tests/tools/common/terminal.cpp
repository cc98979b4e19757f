// Covers: tools/common/clock.hpp, tools/common/exit_codes.hpp
// Closed streams and second signals are seen from outside, in tests/tools/programs/.
#include <doctest/doctest.h>

#include <csignal>
#include <tools/common/clock.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/common/terminal.hpp>

using namespace ebb::tools;

TEST_CASE("terminal: a complaint gives the code to exit with") {
  CHECK(say("tests", "a complaint that a test provokes", exit_code::wrong_usage) == 2);
}

TEST_CASE("terminal: exit codes are those that the README lists") {
  CHECK(exit_code::done == 0);
  CHECK(exit_code::failed == 1);
  CHECK(exit_code::bad_data == 3);
  CHECK(exit_code::diverged == 4);
  CHECK(exit_code::interrupted == 130);
  CHECK(std::string(UsageError("which?").what()) == "which?");
}

TEST_CASE("terminal: the first signal sets the flag") {
  volatile std::sig_atomic_t flag = 0;
  struct sigaction before[3];
  const int signals[] = {SIGINT, SIGTERM, SIGHUP};
  for (int i = 0; i < 3; ++i) sigaction(signals[i], nullptr, &before[i]);
  listen_to_signals(flag);
  std::raise(SIGTERM);
  CHECK(flag == 1);
  std::raise(SIGTERM);  // timeout(1) sends it twice at once
  CHECK(flag == 1);
  for (int i = 0; i < 3; ++i) sigaction(signals[i], &before[i], nullptr);
}

TEST_CASE("clock: it goes forward") {
  const double before = seconds_now();
  CHECK(seconds_now() >= before);
}
