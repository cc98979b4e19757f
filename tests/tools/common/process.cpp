#include <doctest/doctest.h>

#include <stdexcept>
#include <tools/common/process.hpp>

using namespace ebb::tools;

TEST_CASE("process: status and output") {
  const auto finished = run_program({"sh", "-c", "echo a b; echo more; exit 3"});
  CHECK(finished.status == 3);
  CHECK(finished.output == "a b\nmore\n");
  CHECK(finished.seconds > 0);
  CHECK(finished.user_seconds >= 0);
  CHECK(run_program({"sh", "-c", "kill -9 $$"}).status == 137);
}

TEST_CASE("process: it reads what it is given, and without that nothing") {
  CHECK(run_program({"cat"}, "a line\nand more").output == "a line\nand more");
  CHECK(run_program({"cat"}).output.empty());
}

TEST_CASE("process: a program that is not there is named") {
  CHECK_THROWS_WITH_AS(run_program({"/nowhere/at-all"}),
                       "/nowhere/at-all: No such file or directory", std::runtime_error);
}

TEST_CASE("process: a temporary file is read from its beginning, as often as one likes") {
  const File file = temporary_file("some words");
  CHECK(contents(file.get()) == "some words");
  CHECK(contents(file.get()) == "some words");
}
