#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <tests/support.hpp>
#include <thread>
#include <tools/common/clock.hpp>
#include <tools/sweeps/child.hpp>

using ebb::tools::Child;

namespace {

void wait_for_end(Child& child) {
  for (const double end = ebb::tools::seconds_now() + 20;
       !child.ended() && ebb::tools::seconds_now() < end;)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  REQUIRE(child.ended());
}

Child& shell(std::optional<Child>& child, const std::string& commands) {
  return child.emplace(std::vector<std::string>{"/bin/sh", "-c", commands});
}

}  // namespace

TEST_CASE("child: how it ended, and its last complaint") {
  std::optional<Child> child;
  wait_for_end(shell(child, "echo lost; echo first >&2; echo 'tools/train: why: so' >&2; exit 3"));
  CHECK(child->exit_code() == 3);
  CHECK(child->complaint() == "why: so");
  wait_for_end(shell(child, "kill -9 $$"));
  CHECK(child->exit_code() == 137);
  CHECK(child->complaint() == "killed by signal 9; was there too little memory?");
  wait_for_end(child.emplace(std::vector<std::string>{"/no/such/program"}));
  CHECK(child->exit_code() == 127);
  CHECK(child->complaint() == "No such file or directory");
}

TEST_CASE("child: ends when it is asked to, and hears no Ctrl-C of the terminal") {
  std::optional<Child> child;
  wait_for_end(shell(child, "kill -INT $$; kill -HUP $$; exit 7"));
  CHECK(child->exit_code() == 7);
  shell(child, "exec sleep 60").ask_to_end();
  wait_for_end(*child);
  CHECK(child->exit_code() == 128 + SIGTERM);
}

TEST_CASE("child: is killed with the program that started it") {
  const TemporaryFolder place;
  const std::string file = (place.path() / "child").string();
  const pid_t parent = ::fork();
  if (parent == 0) {
    const Child child({"/bin/sh", "-c", "echo $$ > " + file + "; exec sleep 60"});
    for (int i = 0; i < 1000; ++i) ::usleep(20'000);
    ::_exit(0);
  }
  std::string text;
  for (int i = 0; i < 1000 && !text.ends_with('\n'); ++i) {
    ::usleep(5'000);
    if (std::filesystem::exists(file)) text = read_file(file);
  }
  REQUIRE(text.ends_with('\n'));
  const pid_t child = std::stoi(text);
  CHECK(::kill(child, 0) == 0);
  ::kill(parent, SIGKILL);
  // Who adopts it may take a while to bury it: a zombie has no command line.
  const std::string words = "/proc/" + std::to_string(child) + "/cmdline";
  const auto lives = [&] { return std::filesystem::exists(words) && !read_file(words).empty(); };
  for (int i = 0; i < 1000 && lives(); ++i) ::usleep(5'000);
  CHECK_FALSE(lives());
}

TEST_CASE("child: a program that is not there is named") {
  CHECK_THROWS_WITH_AS(ebb::tools::program_beside("no-such-program"),
                       doctest::Contains("no-such-program is missing; build it"),
                       std::runtime_error);
}
