#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <tensor/machine/isa.hpp>
#include <tests/paths.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>
#include <tests/tools/benchmark/plots/picture.hpp>

namespace fs = std::filesystem;

namespace {

Finished run_bench(std::vector<std::string> words, const std::string& folder = "") {
  words.insert(words.begin(), build_folder + "/tools/benchmark/ebb-bench");
  RunOptions options;
  options.folder = folder;
  return run(words, options);
}

}  // namespace

TEST_CASE("bench: --help names the suites, --version the version") {
  const Finished help = run_bench({"--help"});
  CHECK(help.exit_code == 0);
  for (const char* suite :
       {"peak", "gemm", "convolution", "ladder", "roofline", "tape", "train", "memory", "build"})
    CHECK_MESSAGE(help.output.find(std::string("\n  ") + suite + " ") != std::string::npos, suite);
  const Finished said = run_bench({"--version"});
  CHECK(said.exit_code == 0);
  CHECK(said.output.starts_with("ebb "));
}

TEST_CASE("bench: tables on stdout, the same as JSON, and a plot") {
  const TemporaryFolder folder;
  const Finished finished = run_bench(
      {"ladder", "--quick", "--threads", "1", "--json", "found.json", "--svg", "ladder.svg"},
      folder.path());
  CHECK(finished.exit_code == 0);
  CHECK(finished.errors.empty());
  CHECK(finished.output.find("\nladder: c = a b, square: 64 x 64 x 64 (") != std::string::npos);
  const auto json = nlohmann::json::parse(read_file(folder.path() / "found.json"));
  REQUIRE(json.at("tables").size() == 2);
  CHECK(json["tables"][0]["rows"].size() == 5);
  CHECK(elements_of(read_file(folder.path() / "ladder.svg"), "rect").size() == 5);
}

TEST_CASE("bench: several instruction sets in one run, each with a table of its own") {
  const TemporaryFolder folder;
  const std::string best = ebb::kernels_in_use().name, basic = best == "neon" ? "neon" : "sse2";
  const Finished finished = run_bench(
      {"peak", "--quick", "--threads", "1,2", "--isa", basic + "," + best, "--json", "found.json"},
      folder.path());
  CHECK(finished.exit_code == 0);
  const auto json = nlohmann::json::parse(read_file(folder.path() / "found.json"));
  REQUIRE(json.at("tables").size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(json["tables"][i]["isa"] == (i < 2 ? basic : best));
    CHECK(json["tables"][i]["threads"] == 1 + i % 2);
  }
}

TEST_CASE(
    "bench: what goes wrong on one of several instruction sets ends the run as it would alone") {
  const std::string isa = ebb::kernels_in_use().name;
  const Finished finished = run_bench({"train", "--quick", "--threads", "1", "--isa",
                                       isa + "," + isa, "--frameworks", "/nowhere/python"});
  CHECK(finished.exit_code == 2);
  CHECK(finished.errors ==
        "tools/bench: --frameworks: /nowhere/python: No such file or directory; try --help\n");
}

TEST_CASE("bench: a wrong command line is one line, exits with 2 and leaves nothing") {
  const TemporaryFolder folder;
  const Finished finished =
      run_bench({"peak", "--threads", "0", "--json", "found.json"}, folder.path());
  CHECK(finished.exit_code == 2);
  CHECK(finished.output.empty());
  CHECK(finished.errors == "tools/bench: --threads: Value 0 not in range 1 to 1024; try --help\n");
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("bench: a file that cannot be written is found out before the work, and exits with 1") {
  const Finished finished = run_bench({"peak", "--quick", "--json", "/nowhere/found.json"});
  CHECK(finished.exit_code == 1);
  CHECK(finished.output.empty());
  CHECK(finished.errors == "tools/bench: cannot write /nowhere/found.json\n");
  CHECK(run_bench({"peak", "--quick", "--json", "/nowhere/\x1b[2J\x7f"}).errors ==
        "tools/bench: cannot write /nowhere/?[2J?\n");
}

TEST_CASE("bench: an instruction set that this machine lacks is an error") {
  RunOptions options;
  options.environment = {{"EBB_ISA", "z80"}};
  const Finished finished =
      run({build_folder + "/tools/benchmark/ebb-bench", "peak", "--quick"}, options);
  CHECK(finished.exit_code == 1);
  CHECK(finished.errors.find("z80") != std::string::npos);
}
