#include <doctest/doctest.h>

#include <tests/tools/benchmark/peers/fake_twin.hpp>
#include <tools/benchmark/peers/twin.hpp>
#include <tools/common/exit_codes.hpp>

using namespace ebb::tools;
using namespace ebb::tools::benchmark;

namespace {

std::vector<Twin> found(const std::vector<std::string>& pythons, const std::string& folder) {
  Options options;
  options.frameworks = pythons;
  options.twins = folder;
  return find_twins(options, "", "_peer.py");
}

}  // namespace

TEST_CASE("bench twins: each framework is asked in the ways that an expert would choose") {
  const FakeTwin jax(""), torch("", "torch keras");
  const auto twins = found({jax.python(), torch.python()}, torch.folder());
  REQUIRE(twins.size() == 3);
  CHECK(twins[0].name == "jax");
  CHECK(twins[0].script == torch.folder() + "/jax_peer.py");
  CHECK(twins[1].name == "torch");
  CHECK(twins[2].name == "torch compile");
  CHECK(twins[2].way == "compile");
}

TEST_CASE("bench twins: what they measured is read from the last line, whatever came before") {
  const FakeTwin twin(R"(echo warning; echo "{\"best\": 0.$3, \"model\": \"$2\"}")");
  const auto twins = found({twin.python()}, twin.folder());
  CHECK(ask(twins[0], {"vae", "25", "2", "3"}, "best") == 0.25);
}

TEST_CASE("bench twins: what fails or answers something else is named") {
  for (const char* answer :
       {"exit 5", "echo '{\"best\": \"soon\"}'; exit 5", "exit 5; echo done"}) {
    const FakeTwin twin(answer);
    const auto twins = found({twin.python()}, twin.folder());
    CHECK_THROWS_WITH_AS(ask(twins[0], {"ae", "32", "1", "2"}, "best"),
                         ("jax: " + twin.folder() + "/jax_peer.py failed with status 5").c_str(),
                         std::runtime_error);
  }
}

TEST_CASE(
    "bench twins: programs without a framework, and folders without scripts, are wrong usage") {
  const FakeTwin bare("", ""), jax("");
  CHECK_THROWS_WITH_AS(
      found({bare.python()}, bare.folder()),
      ("--frameworks: " + bare.python() + " has none of jax, torch, keras").c_str(), UsageError);
  CHECK_THROWS_WITH_AS(found({jax.python()}, "/nowhere"),
                       "--frameworks: no /nowhere/jax_peer.py; name its folder with --twins",
                       UsageError);
  CHECK_THROWS_WITH_AS(found({"/nowhere/python"}, jax.folder()),
                       "--frameworks: /nowhere/python: No such file or directory", UsageError);
}
