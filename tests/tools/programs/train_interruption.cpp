#include <doctest/doctest.h>
#include <signal.h>

#include <autograd/anomaly.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <nn/files/safetensors.hpp>
#include <tests/tools/program.hpp>
#include <thread>

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

const std::string endless_run = "vae --hidden 4 --latent 2 --epochs 1000000 --data data --out run ";

RunOptions in(const fs::path& folder) {
  RunOptions options;
  options.folder = folder;
  return options;
}

// Every file is whole: metrics have whole lines, and weights can be read. How many lines there are.
int check_whole(const fs::path& run) {
  int lines = 0;
  for (const std::string& name : names_in(run)) {
    const std::string bytes = read_file(run / name);
    if (name == "config.json") CHECK(Json::parse(bytes).is_object());
    if (name == "model.safetensors")
      for (const auto& entry : ebb::nn::read_safetensors(run / name))
        CHECK_MESSAGE(ebb::is_finite(entry.second), entry.first);
    if (name == "metrics.jsonl") {
      CHECK((bytes.empty() || bytes.back() == '\n'));
      for (const std::string& line : lines_of(bytes)) CHECK(Json::parse(line)["epoch"] == ++lines);
    }
  }
  return lines;
}

// Waits for the file that is made just before the first step; a minute at most.
bool training_began(const fs::path& run) {
  for (int i = 0; i < 60'000 && !fs::exists(run / "metrics.jsonl"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return fs::exists(run / "metrics.jsonl");
}

// SIGHUP is not ignored, though this program may have been started with nohup.
const std::string heard = "exec env --default-signal=HUP";

const std::vector<std::string> all_files = {
    "checkpoints",       "config.json",         "history",     "metrics.jsonl",
    "model.safetensors", "reconstructions.png", "samples.png", "training_scores.json"};
const std::vector<std::string> first_files = {"checkpoints", "config.json", "history",
                                              "metrics.jsonl", "model.safetensors"};

}  // namespace

TEST_CASE(
    "interruption: Ctrl-C, SIGTERM and SIGHUP finish the step, write everything and exit with "
    "130") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const TemporaryFolder place;
    write_image_set(place.path() / "data");
    Process process(train_command(endless_run + "--batch-size 1", heard), in(place.path()));
    REQUIRE(process.wait_for("epoch 3/"));
    process.send(signal);
    const Finished finished = process.finish();
    CHECK(finished.exit_code == 130);
    const Json config = config_of(place.path() / "run");
    CHECK(config["finished"] == false);
    CHECK(finished.errors ==
          "tools/train: interrupted after step " + std::to_string(config["steps"].get<int>()) +
              " of 70000000; its weights are in run/model.safetensors; go on with --resume run\n");
    CHECK(finished.output.find("pictures: run/reconstructions.png") != std::string::npos);
    CHECK(names_in(place.path() / "run") == all_files);
    CHECK(check_whole(place.path() / "run") >= 3);
  }
}

TEST_CASE("interruption: in the first epoch, it has metrics of the steps so far") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data", {.train = 20'000, .test = 2, .side = 10});
  Process process(train_command(endless_run + "--batch-size 1", "exec"), in(place.path()));
  REQUIRE(training_began(place.path() / "run"));
  process.send(SIGTERM);
  CHECK(process.finish().exit_code == 130);
  const std::string metrics = read_file(place.path() / "run/metrics.jsonl");
  if (!metrics.empty()) CHECK(Json::parse(metrics)["step"] <= 20'000);
  CHECK(names_in(place.path() / "run") == all_files);
}

TEST_CASE("interruption: a second signal quits at once") {
  const TemporaryFolder place;
  // steps of a second or so, each
  Process process(train_command("vae --limit 2000 --batch-size 2000 --hidden 2048,2048 "
                                "--threads 1 --out run",
                                "exec"),
                  in(place.path()));
  REQUIRE(training_began(place.path() / "run"));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // into the step
  process.send(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(40));
  process.send(SIGINT);
  const Finished finished = process.finish();
  CHECK(finished.exit_code == 130);
  CHECK(names_in(place.path() / "run") == first_files);
  check_whole(place.path() / "run");
}

TEST_CASE("interruption: a closed terminal, of which it hears twice, lets it finish; nohup, all") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  Process process(train_command("vae --limit 2000 --batch-size 2000 --hidden 2048,2048 "
                                "--threads 1 --out run",
                                heard),
                  in(place.path()));
  REQUIRE(training_began(place.path() / "run"));
  process.send(SIGHUP);
  std::this_thread::sleep_for(std::chrono::milliseconds(40));
  process.send(SIGHUP);
  CHECK(process.finish().exit_code == 130);
  CHECK(names_in(place.path() / "run") == all_files);

  fs::remove_all(place.path() / "run");
  Process ignoring(train_command(endless_run, "exec nohup"), in(place.path()));
  REQUIRE(training_began(place.path() / "run"));
  ignoring.send(SIGHUP);
  REQUIRE(ignoring.wait_for("epoch 3/"));
  ignoring.send(SIGTERM);
  CHECK(ignoring.finish().exit_code == 130);
}

TEST_CASE("interruption: timeout(1), which sends its signal twice, counts as one") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const Finished finished = run_train(place.path(), endless_run, "timeout -s INT 1");
  CHECK(finished.exit_code == 124);  // timeout's own
  CHECK(names_in(place.path() / "run") == all_files);
}

TEST_CASE("interruption: killed at any moment, it leaves whole files and weights that load") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  for (const int milliseconds : {0, 3, 10, 30, 70, 150}) {
    fs::remove_all(place.path() / "run");
    Process process(train_command(endless_run, "exec"), in(place.path()));
    REQUIRE(training_began(place.path() / "run"));
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    process.send(SIGKILL);
    CHECK(process.finish().exit_code == 128 + SIGKILL);
    CHECK(fs::exists(place.path() / "run/model.safetensors"));
    CHECK(config_of(place.path() / "run")["finished"] == false);
    check_whole(place.path() / "run");
  }
}

TEST_CASE("interruption: killed after an epoch, it leaves that epoch's weights or the next one's") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const std::string model = "vae --hidden 4 --latent 2 --data data --batch-size 1 ";
  Process process(train_command(model + "--epochs 1000000 --out run", "exec"), in(place.path()));
  REQUIRE(process.wait_for("epoch 3/"));
  process.send(SIGKILL);
  process.finish();
  const int epochs = check_whole(place.path() / "run");
  CHECK(epochs >= 3);
  const std::string kept = read_file(place.path() / "run/model.safetensors");
  bool known = false;
  for (const int count : {epochs - 1, epochs}) {
    const std::string out = std::to_string(count);
    run_train(place.path(), model + "--epochs " + out + " --out " + out);
    known = known || read_file(place.path() / out / "model.safetensors") == kept;
  }
  CHECK(known);
}

TEST_CASE("interruption: a full disk exits with 1, names the file and leaves whole ones") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const auto full = [&](const std::string& arguments, const std::string& limit) {
    fs::remove_all(place.path() / "run");
    const Finished finished = run_train(place.path(), arguments + " --data data --out run --quiet",
                                        "exec prlimit --fsize=" + limit);
    CHECK(finished.exit_code == 1);
    CHECK(finished.output == "");
    if (fs::exists(place.path() / "run")) check_whole(place.path() / "run");
    return finished.errors;
  };
  CHECK(full("ae --latent 2 --epochs 1", "100") ==
        "tools/train: write run/config.json: File too large; the limit on file sizes is reached "
        "(ulimit -f)\n");
  CHECK(names_in(place.path()) == std::vector<std::string>{"data"});
  CHECK(full("ae --latent 200 --epochs 1", "4000") ==
        "tools/train: write run/model.safetensors: File too large; the limit on file sizes is "
        "reached (ulimit -f)\n");
  CHECK(full("ae --latent 10 --epochs 1", "5000") ==
        "tools/train: write run/checkpoints/000000.part/state.safetensors: File too large; the "
        "limit on file sizes is reached (ulimit -f)\n");
  CHECK(names_in(place.path()) == std::vector<std::string>{"data"});
  CHECK(full("ae --latent 2 --epochs 1000", "4000") ==
        "tools/train: write run/metrics.jsonl: File too large; the limit on file sizes is reached "
        "(ulimit -f)\n");
  CHECK(check_whole(place.path() / "run") >= 20);
  CHECK(fs::file_size(place.path() / "run/metrics.jsonl") > 3000);
}

TEST_CASE("interruption: a divergence exits with 4, names its operation and keeps the rest") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const Finished finished = run_train(
      place.path(), "vae --hidden 9 --latent 3 --lr 1e30 --batch-size 32 --data data --out run");
  CHECK(finished.exit_code == 4);
  CHECK(finished.errors ==
        "tools/train: diverged in step 2: linear: the first NaN or infinity is in its result "
        "[32, 3] of [32, 9] and [3, 9] and [3]; in encoder.mean; try a smaller --lr\n");
  // such weights have no finite scores
  CHECK(names_in(place.path() / "run") ==
        std::vector<std::string>(all_files.begin(), all_files.end() - 1));
  CHECK(check_whole(place.path() / "run") == 1);
  CHECK(config_of(place.path() / "run")["finished"] == false);
  CHECK(config_of(place.path() / "run")["steps"] == 1);
}
