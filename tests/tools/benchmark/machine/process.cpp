#include <doctest/doctest.h>

#include <stdexcept>
#include <tools/benchmark/machine/process.hpp>

using ebb::tools::benchmark::run_program;

TEST_CASE("bench process: status, output and variables") {
  const auto finished = run_program({"sh", "-c", "echo $WORD; echo more; exit 3"}, {"WORD=a b"});
  CHECK(finished.status == 3);
  CHECK(finished.output == "a b\nmore\n");
  CHECK(finished.seconds > 0);
  CHECK(finished.user_seconds >= 0);
  CHECK(run_program({"sh", "-c", "kill -9 $$"}).status == 137);
}

TEST_CASE("bench process: what is set anew hides what was there") {
  CHECK(run_program({"sh", "-c", "echo $HOME"}, {"HOME=/nowhere"}).output == "/nowhere\n");
}

TEST_CASE("bench process: a program that is not there is named") {
  CHECK_THROWS_WITH_AS(run_program({"/nowhere/at-all"}),
                       "/nowhere/at-all: No such file or directory", std::runtime_error);
}
