#include <doctest/doctest.h>

#include <tools/sweeps/command.hpp>

using namespace ebb::tools;
using Words = std::vector<std::string>;

namespace {

std::optional<SweepCommand> parse(Words words) {
  words.insert(words.begin(), "ebb-sweep");
  std::vector<const char*> arguments;
  for (const std::string& word : words) arguments.push_back(word.c_str());
  return parse_sweep_command(static_cast<int>(arguments.size()), arguments.data());
}

void refuses(const Words& words, const std::string& message) {
  CHECK_THROWS_WITH_AS(static_cast<void>(plan_runs(*parse(words))), message.c_str(), UsageError);
}

}  // namespace

TEST_CASE("sweep command: options of the sweep, of its runs, and what is swept") {
  const SweepCommand command =
      *parse({"vae", "--epochs", "2", "--over", "latent=2/5", "--binarize=threshold", "--over",
              "hidden=100/400,200", "--seeds", "2", "--seed", "7", "--out", "x"});
  CHECK(command.model == "vae");
  CHECK(command.words == Words{"--epochs", "2", "--binarize=threshold"});
  CHECK(command.options.out == "x");
  REQUIRE(command.over.size() == 2);
  CHECK(command.over[1].name == "hidden");
  CHECK(command.over[1].values == Words{"100", "400,200"});
  CHECK(command.base["epochs"] == 2);
  CHECK(command.base["batch_size"] == 128);
  for (const char* key : {"latent", "hidden", "seed", "out", "threads", "quiet", "over", "seeds"})
    CHECK_FALSE(command.base.contains(key));
}

TEST_CASE("sweep command: every value with every other, a seed after the other") {
  const std::vector<PlannedRun> runs = plan_runs(
      *parse({"ae", "--over=latent=2/5", "--over", "lr=0.1/0.2", "--seeds", "2", "--seed", "7"}));
  REQUIRE(runs.size() == 8);
  CHECK(runs[0].name == "latent-2_lr-0.1_seed-7");
  CHECK(runs[1].name == "latent-2_lr-0.2_seed-7");
  CHECK(runs[2].name == "latent-5_lr-0.1_seed-7");
  CHECK(runs[7].name == "latent-5_lr-0.2_seed-8");
  CHECK(runs[7].values == Words{"5", "0.2"});
  CHECK(runs[7].words == Words{"ae", "--latent=5", "--lr=0.2", "--seed=8"});
}

TEST_CASE("sweep command: wrong options are named") {
  refuses({"ae"}, "--over: which option, and which values? Try --over latent=2/5/10");
  refuses({"ae", "--over"}, "--over: needs a value; try --help");
  refuses({"ae", "--over", "latent"}, "--over: 'latent' names no values; try --over latent=2/5/10");
  refuses({"ae", "--over", "latnt=2"},
          "--over: there is no option --latnt; try --latent or --help");
  refuses({"ae", "--over", "latent=2//5"}, "--over: 'latent=2//5' holds an empty value");
  refuses({"ae", "--over", "latent=2/x"},
          "--over: --latent: 'x' is not a whole number; try --help");
  refuses({"ae", "--over", "latent=2/2"}, "--over: latent is to be 2 twice");
  refuses({"ae", "--over", "latent=2", "--over", "latent=5"}, "--over: latent is named twice");
  refuses({"ae", "--over", "seed=1/2"},
          "--over: seed is not of a run but of the sweep; try --seeds");
  refuses({"ae", "--over", "crop=1"}, "--over: --crop takes no value; sweep twice");
  refuses({"ae", "--over", "latent=2", "--latent", "3"},
          "--latent: is it fixed or swept? Leave one out");
  refuses({"ae", "--over", "epochs=1/2/3/4/5/6/7/8/9/10/11", "--seeds", "1000"},
          "--over: more than 10000 runs; try fewer values");
  refuses({"ae", "--over", "latent=2", "--resume", "x"}, "there is no option --resume; try --help");
}
