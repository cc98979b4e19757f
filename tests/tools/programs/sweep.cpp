// Covers: tools/sweeps/runs.cpp, tools/sweeps/sweep.cpp
#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

const std::string small = " --data data --hidden 4 --epochs 2 --threads 2";

std::vector<std::string> command(const std::string& arguments) {
  return {"sh", "-c", "exec \"$0\" " + arguments, sweep_program()};
}

// A place with small images.
struct SweepPlace {
  SweepPlace() { write_image_set(place.path() / "data"); }
  Finished sweep(const std::string& arguments) const { return run(command(arguments), here()); }
  RunOptions here() const {
    RunOptions options;
    options.folder = place.path();
    return options;
  }
  fs::path operator/(const std::string& name) const { return place.path() / name; }
  TemporaryFolder place;
};

}  // namespace

TEST_CASE("tools/sweep: models of texts and of rows, which have no shape") {
  const SweepPlace place;
  write_file(place / "lines.txt", small_text());
  write_file(place / "rows.csv", small_table());
  for (const std::string words : {"table --data rows.csv --over latent=1/2 --hidden 4 --out rows",
                                  "text --data lines.txt --over width=4/6 --out texts"}) {
    const Finished finished = place.sweep(words + " --epochs 1 --threads 1");
    CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
    CHECK(finished.output.find("| ") != std::string::npos);
  }
}

TEST_CASE("tools/sweep: where data are swept, wrong ones end their own run alone") {
  const SweepPlace place;
  const Finished finished = place.sweep(
      "ae --over data=nowhere/data --hidden 4 --seeds 1 --epochs 1 --threads 1 --out sweep");
  CHECK(finished.exit_code == 3);
  CHECK(finished.errors ==
        "tools/sweep: 1 of 2 runs failed; data-nowhere_seed-0: data: there is no file "
        "or folder nowhere; check the path\n");
  CHECK(lines_of(read_file(place / "sweep/table.csv")).size() == 3);
}

TEST_CASE("tools/sweep: runs, tables and a picture; again, only what is missing") {
  const SweepPlace place;
  const std::string words = "vae --over latent=2/3 --seeds 2 --out sweep" + small;
  const Finished finished = place.sweep(words);
  CHECK(finished.exit_code == 0);
  CHECK(finished.errors == "");
  CHECK(names_in(place / "sweep") == std::vector<std::string>{"latent-2_seed-0", "latent-2_seed-1",
                                                              "latent-3_seed-0", "latent-3_seed-1",
                                                              "sweep.json", "sweep.svg",
                                                              "table.csv", "table.md"});
  const std::string table = read_file(place / "sweep/table.md"),
                    weights = read_file(place / "sweep/latent-3_seed-1/model.safetensors");
  CHECK(finished.output.find(table) != std::string::npos);
  CHECK(lines_of(read_file(place / "sweep/table.csv")).size() == 3);
  // The run is that of tools/train.
  CHECK(run_train(place.place.path(), "vae --latent 3 --seed 1 --quiet --out alone" + small)
            .exit_code == 0);
  CHECK(read_file(place / "alone/model.safetensors") == weights);
  // One was never begun, one ended early, and of one the figures are missing.
  fs::remove_all(place / "sweep/latent-2_seed-0");
  fs::remove(place / "sweep/latent-2_seed-1/evaluation.json");
  nlohmann::ordered_json config =
      nlohmann::ordered_json::parse(read_file(place / "sweep/latent-3_seed-1/config.json"));
  config["finished"] = false;
  write_file(place / "sweep/latent-3_seed-1/config.json", config.dump());
  fs::remove(place / "sweep/latent-3_seed-1/evaluation.json");
  const Finished again = place.sweep(words);
  CHECK(again.exit_code == 0);
  CHECK(lines_of(again.output).front() == "1 of 4 runs are done already");
  CHECK(read_file(place / "sweep/latent-3_seed-1/model.safetensors") == weights);
  // More values and seeds may join; other options may not.
  CHECK(place.sweep("vae --over latent=2/4 --seeds 1 --out sweep" + small).exit_code == 0);
  const Finished other = place.sweep(words + " --lr 1");
  CHECK(other.exit_code == 2);
  CHECK(other.errors ==
        "tools/sweep: --out: sweep holds a sweep whose learning_rate is 0.001, not 1.0; name a new "
        "folder\n");
}

TEST_CASE("tools/sweep: a run that fails is named, and the others go on") {
  const SweepPlace place;
  const Finished finished =
      place.sweep("ae --over lr=0.001/1e300 --optimizer sgd --seeds 1 --out sweep" + small);
  CHECK(finished.exit_code == 4);
  CHECK(finished.errors.find("tools/sweep: 1 of 2 runs failed; lr-1e300_seed-0: diverged") == 0);
  CHECK(lines_of(finished.errors).size() == 1);
  CHECK(lines_of(read_file(place / "sweep/table.csv"))[1].starts_with("0.001,1,"));
}

TEST_CASE("tools/sweep: data that all runs lack end it, and leave nothing behind") {
  const SweepPlace place;
  const Finished finished = place.sweep("ae --over latent=2 --data nowhere --out sweep");
  CHECK(finished.exit_code == 3);
  CHECK(finished.errors ==
        "tools/sweep: data: there is no file or folder nowhere; check the path\n");
  CHECK(names_in(place.place.path()) == std::vector<std::string>{"data"});
  CHECK(place.sweep("ae --over latent=2 --out data").exit_code == 2);
}

TEST_CASE("tools/sweep: interrupted or killed, it goes on within a run, to the same bytes") {
  const SweepPlace place;
  const std::string words =
      "ae --over latent=2 --seeds 1 --data data --hidden 4 --epochs 300 --batch-size 1 --out ";
  REQUIRE(place.sweep(words + "whole").exit_code == 0);
  const fs::path begun = place / "sweep/latent-2_seed-0/metrics.jsonl";
  for (const int signal : {SIGINT, SIGKILL}) {
    Process process(command(words + "sweep"), place.here());
    const auto lines = [&] { return fs::exists(begun) ? lines_of(read_file(begun)).size() : 0; };
    for (const std::size_t before = lines(); lines() < before + 2;) ::usleep(1'000);
    process.send(signal);
    const Finished stopped = process.finish();
    CHECK(stopped.exit_code == (signal == SIGINT ? 130 : 137));
    if (signal == SIGINT)
      CHECK(stopped.errors ==
            "tools/sweep: interrupted after 0 of 1 runs; go on with --out sweep\n");
    ::usleep(50'000);  // until the system has killed the run, too
  }
  CHECK(place.sweep(words + "sweep").exit_code == 0);
  CHECK(read_file(place / "sweep/latent-2_seed-0/model.safetensors") ==
        read_file(place / "whole/latent-2_seed-0/model.safetensors"));
}
