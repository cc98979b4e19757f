#include <doctest/doctest.h>

#include <csignal>
#include <tensor/machine/parallel.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/program.hpp>
#include <tools/training/trainer.hpp>

using namespace ebb::tools;

namespace {

template <class Error>
int code_of(const Error& error) {
  return run_main("a test", [&]() -> int { throw error; });
}

}  // namespace

TEST_CASE("program: what a body throws decides the code that main returns") {
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  CHECK(run_main("a test", [] { return 7; }) == 7);
  CHECK(code_of(UsageError("is expected here: a wrong option")) == 2);
  CHECK(code_of(DataError("is expected here: wrong data")) == 3);
  CHECK(code_of(Diverged("is expected here: a divergence")) == 4);
  CHECK(code_of(Interrupted("is expected here: an interruption")) == 130);
  CHECK(code_of(std::bad_alloc()) == 1);
  CHECK(code_of(std::runtime_error("is expected here: anything else")) == 1);
  std::signal(SIGPIPE, before);
}

TEST_CASE("program: threads are as many as asked for") {
  const int before = ebb::threads();
  start_threads("a test", 2, true);
  CHECK(ebb::threads() <= 2);
  ebb::set_threads(before);
}

TEST_CASE("program: once work begins a signal is noted, and a file beyond its limit is an error") {
  const int before = ebb::threads();
  using Handler = void (*)(int);
  const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGXFSZ};
  Handler handlers[4];
  for (int i = 0; i < 4; ++i) handlers[i] = std::signal(signals[i], SIG_DFL);
  begin_work("a test", 2, true);
  CHECK(ebb::threads() <= 2);
  CHECK(interruptions == 0);
  std::raise(SIGXFSZ);
  std::raise(SIGTERM);
  CHECK(interruptions == 1);
  interruptions = 0;
  for (int i = 0; i < 4; ++i) std::signal(signals[i], handlers[i]);
  ebb::set_threads(before);
}
