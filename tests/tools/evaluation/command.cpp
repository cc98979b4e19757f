#include <doctest/doctest.h>

#include <tests/support.hpp>
#include <tools/evaluation/command.hpp>

using namespace ebb::tools;

namespace {

std::optional<EvaluateOptions> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "ebb-evaluate");
  return parse_evaluate_command(static_cast<int>(words.size()), words.data());
}

}  // namespace

TEST_CASE("evaluate's command: a run, and options before and behind it") {
  const auto plain = parse({"runs/vae-1"});
  REQUIRE(plain);
  CHECK(plain->run == "runs/vae-1");
  CHECK(plain->samples == 500);
  CHECK(plain->limit == 0);
  const auto all = parse({"--samples", "7", "a run", "--limit", "20", "--data", "d", "--quiet"});
  REQUIRE(all);
  CHECK(all->run == "a run");
  CHECK(all->samples == 7);
  CHECK(all->limit == 20);
  CHECK(all->data == "d");
  CHECK(all->quiet);
}

TEST_CASE("evaluate's command: without a run, or with two, it says so") {
  const auto refusal = [](const std::vector<const char*>& words) {
    return message_of<UsageError>([&] { return parse(words).has_value(); });
  };
  CHECK(refusal({}) == "which run? Name its folder, as in tools/evaluate runs/vae-1; try --help");
  CHECK(refusal({"--limit", "3"}).starts_with("which run?"));
  CHECK(refusal({"a", "b"}) == "'b' is one word too many; try --help");
  CHECK(refusal({"a", "--sample", "3"}) == "there is no option --sample; try --samples or --help");
}
