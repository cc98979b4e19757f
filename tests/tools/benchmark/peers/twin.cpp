#include <doctest/doctest.h>

#include <tests/tools/benchmark/suites/twin.hpp>
#include <tools/benchmark/suites/train.hpp>
#include <tools/common/exit_codes.hpp>

using namespace ebb::tools;
using namespace ebb::tools::benchmark;

TEST_CASE("bench twins: each framework is asked in the ways that an expert would choose") {
  const FakeTwin jax(""), torch("", "torch keras");
  const auto twins = find_twins({jax.python(), torch.python()}, torch.folder());
  REQUIRE(twins.size() == 3);
  CHECK(twins[0].name == "jax");
  CHECK(twins[0].script == torch.folder() + "/jax_peer.py");
  CHECK(twins[1].name == "torch");
  CHECK(twins[2].name == "torch compile");
  CHECK(twins[2].way == "compile");
}

TEST_CASE("bench twins: the best epoch is read from the last line, whatever came before") {
  const FakeTwin twin(R"(echo warning; echo "{\"best\": 0.$3, \"model\": \"$2\"}")");
  const auto twins = find_twins({twin.python()}, twin.folder());
  CHECK(best_epoch(twins[0], "vae", 25, 2, 3) == 0.25);
}

TEST_CASE("bench twins: what fails or answers something else is named") {
  for (const char* answer :
       {"exit 5", "echo '{\"best\": \"soon\"}'; exit 5", "exit 5; echo done"}) {
    const FakeTwin twin(answer);
    const auto twins = find_twins({twin.python()}, twin.folder());
    CHECK_THROWS_WITH_AS(best_epoch(twins[0], "ae", 32, 1, 2),
                         ("jax: " + twin.folder() + "/jax_peer.py failed with status 5").c_str(),
                         std::runtime_error);
  }
}

TEST_CASE(
    "bench twins: programs without a framework, and folders without scripts, are wrong usage") {
  const FakeTwin none("", ""), jax("");
  CHECK_THROWS_WITH_AS(
      find_twins({none.python()}, none.folder()),
      ("--frameworks: " + none.python() + " has none of jax, torch, keras").c_str(), UsageError);
  CHECK_THROWS_WITH_AS(find_twins({jax.python()}, "/nowhere"),
                       "--frameworks: no /nowhere/jax_peer.py; name its folder with --twins",
                       UsageError);
  CHECK_THROWS_WITH_AS(find_twins({"/nowhere/python"}, jax.folder()),
                       "--frameworks: /nowhere/python: No such file or directory", UsageError);
}
