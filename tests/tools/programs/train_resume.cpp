// tools/train --resume: killed or stopped anywhere, a run ends as if it had never stopped.
#include <doctest/doctest.h>
#include <signal.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <tests/tools/exporting/records.hpp>
#include <tests/tools/program.hpp>
#include <thread>

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

// Without what tells the time.
std::string metrics_without_times(const fs::path& run) {
  std::string all;
  for (const std::string& text : lines_of(read_file(run / "metrics.jsonl"))) {
    Json line = Json::parse(text);
    CHECK(line.erase("seconds") + line.erase("images_per_second") == 2);
    all += line.dump() + '\n';
  }
  return all;
}

std::string history_of(const fs::path& run) {
  std::string all;
  if (fs::exists(run / "history"))
    for (const std::string& name : names_in(run / "history"))
      all += name + read_file(run / "history" / name);
  return all;
}

// All events but for the times and speeds in them.
std::string events_of(const fs::path& run) {
  std::string all;
  if (fs::exists(run / "events.out.tfevents.ebb"))
    for (Fields event : events_in(read_file(run / "events.out.tfevents.ebb"))) {
      event.erase(1);
      for (const auto& [key, field] : event) {
        const std::size_t speed = field.bytes.find("images_per_second");
        all += field.bytes.substr(0, speed) + std::to_string(field.number) + '\n';
      }
    }
  return all;
}

void check_same(const fs::path& run, const fs::path& other) {
  CHECK(read_file(run / "model.safetensors") == read_file(other / "model.safetensors"));
  CHECK(metrics_without_times(run) == metrics_without_times(other));
  CHECK(names_in(run) == names_in(other));
  CHECK(history_of(run) == history_of(other));
  if (fs::exists(other / "training_scores.json"))
    CHECK(read_file(run / "training_scores.json") == read_file(other / "training_scores.json"));
  for (const char* name : {"samples.txt", "reconstructions.txt"})
    if (fs::exists(other / name)) CHECK(read_file(run / name) == read_file(other / name));
  CHECK(events_of(run) == events_of(other));
  // those before the last are there where there was time for them
  CHECK(names_in(run / "checkpoints").back() == names_in(other / "checkpoints").back());
  CHECK(names_in(run / "checkpoints").size() <= 2);
  Json config = Json::parse(read_file(run / "config.json"));
  Json of_other = Json::parse(read_file(other / "config.json"));
  for (const char* varying : {"out", "threads", "threads_that_ran", "epochs"})
    CHECK(config.erase(varying) == of_other.erase(varying));
  CHECK(config == of_other);
}

// A place with data, and how each model is told to train on them.
struct Place {
  Place() {
    write_image_set(path() / "data", {.train = 300, .test = 20, .side = 6});
    write_file(path() / "lines.txt", small_text());
    write_file(path() / "rows.csv", small_table());
  }
  fs::path path() const { return folder.path(); }
  void done(const std::string& arguments) const {
    const Finished finished = run_train(path(), arguments);
    CHECK_MESSAGE(finished.exit_code == 0, arguments, ": ", finished.errors);
    CHECK(finished.errors == "");
  }
  void refused(const std::string& arguments, int status, const std::string& line) const {
    const Finished finished = run_train(path(), arguments);
    CHECK_MESSAGE(finished.exit_code == status, arguments);
    CHECK(finished.errors == "tools/train: " + line + "\n");
  }
  // Starts and, once the run is there and a while has gone by, sends the signal.
  int stopped(const std::string& arguments, int signal, int milliseconds) const {
    RunOptions options;
    options.folder = path();
    // SIGHUP is heard, though this program may have been started with nohup.
    Process process(train_command(arguments, "exec env --default-signal=HUP"), options);
    for (int i = 0; i < 20'000 && !fs::exists(path() / "run"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    process.send(signal);
    return process.finish().exit_code;
  }

  TemporaryFolder folder;
};

const std::string endless = " --epochs 100000";

// The first epochs of a run that was to be longer, in pieces.
void stop_and_go_on(const Place& place, const std::string& arguments, int signal) {
  const fs::path run = place.path() / "run";
  fs::remove_all(run);
  fs::remove_all(place.path() / "whole");
  place.stopped(arguments + endless + " --out run --threads 1", signal, 30);
  for (const int threads : {2, 3})
    place.stopped("--resume run --threads " + std::to_string(threads), signal, 40);
  const std::vector<std::string> lines = lines_of(read_file(run / "metrics.jsonl"));
  const std::string total = std::to_string(lines.size() + 2);
  place.done("--resume run --epochs " + total);
  place.done(arguments + " --out whole --epochs " + total);
  check_same(run, place.path() / "whole");
}

const std::vector<std::string> trainings = {
    "vae --hidden 8 --latent 2 --data data --batch-size 10 --checkpoint-every 7 --average .9 "
    "--beta-warm-up 50 --tensorboard",
    "ae --latent 2 --data data --batch-size 10 --keep best --schedule plateau --density mixture:2 "
    "--checkpoint-every 100",
    "semi-supervised --hidden 8 --latent 2 --labels 20 --data data --checkpoint-every 2",
    "wae --hidden 8 --latent 2 --data data --checkpoint-every 3",
    "text --width 8 --data lines.txt --vocabulary words:1 --dropout .1 --checkpoint-every 5",
    "text --width 8 --latent 2 --network transformer --heads 2 --word-dropout .2 --beta-warm-up 3 "
    "--data lines.txt --batch-size 10 --checkpoint-every 7",
    "table --hidden 8 --latent 2 --samples 2 --hide .5 --data rows.csv --batch-size 10 "
    "--checkpoint-every 4",
    "vq --codes 8 --width 4 --prior-width 8 --prior-heads 2 --prior-layers 1 --data data "
    "--batch-size 50",
    "classifier --dropout .3 --hidden 9 --optimizer sgd --momentum .9 --augment noise --data data "
    "--checkpoint-every 1"};

}  // namespace

TEST_CASE("resume: killed thrice at any moment, on other threads, every model ends the same") {
  const Place place;
  for (const std::string& model : trainings) {
    CAPTURE(model);
    stop_and_go_on(place, model, SIGKILL);
  }
}

TEST_CASE("resume: interrupted within an epoch, its part of the metrics does not remain") {
  const Place place;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) stop_and_go_on(place, trainings[0], signal);
  const std::string slow = "ae --hidden 256 --latent 2 --data data --batch-size 1";
  CHECK(place.stopped(slow + " --epochs 500 --out run2", SIGKILL, 0) == 128 + SIGKILL);
}

TEST_CASE("resume: after the end it does the end again, or goes on with more epochs") {
  const Place place;
  const std::string model = "vae --hidden 8 --latent 2 --data data ";
  place.done(model + "--epochs 2 --out run");
  place.done(model + "--epochs 5 --out whole");
  const std::string before = read_file(place.path() / "run/model.safetensors");
  fs::remove(place.path() / "run/samples.png");
  const Finished again = run_train(place.path(), "--resume run");
  CHECK(again.exit_code == 0);
  CHECK(again.output.find("\nnothing is left to learn after step 6\n") != std::string::npos);
  CHECK(read_file(place.path() / "run/model.safetensors") == before);
  CHECK(fs::exists(place.path() / "run/samples.png"));
  place.done("--resume run --epochs 5");
  check_same(place.path() / "run", place.path() / "whole");
  place.refused("--resume run --epochs 4", 2, "--epochs: 5 are begun already; try more");
}

TEST_CASE("resume: a checkpoint that is cut or lacks its state is passed over, which is said") {
  const Place place;
  const std::string model = "vae --hidden 8 --latent 2 --data data --checkpoint-every 2 ";
  const fs::path run = place.path() / "run", checkpoints = run / "checkpoints";
  place.done(model + "--epochs 3 --out whole");
  const auto damaged = [&](const std::function<void(const fs::path&)>& damage) {
    fs::remove_all(run);
    place.done(model + "--epochs 2 --out run");
    damage(checkpoints / "000006");
    fs::create_directories(checkpoints / "000007.part");
    write_file(run / "config.json.part-77-0", "{");
    const Finished finished = run_train(place.path(), "--resume run --epochs 3");
    CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
    CHECK(finished.output.find("passed over a checkpoint: ") != std::string::npos);
    check_same(run, place.path() / "whole");
  };
  damaged([](const fs::path& at) { fs::remove(at / "state.safetensors"); });
  damaged([](const fs::path& at) { fs::resize_file(at / "model.safetensors", 99); });
  damaged([](const fs::path& at) { fs::resize_file(at / "state.safetensors", 0); });
  fs::remove_all(checkpoints);
  place.refused("--resume run", 3,
                "resume: run has no checkpoints; is it the folder of a run of tools/train?");
}

TEST_CASE("resume: a full disk ends the run, which goes on where there is room") {
  const Place place;
  const std::string model =
      "vae --hidden 8 --latent 2 --data data --epochs 30 --checkpoint-every 5 ";
  place.done(model + "--out whole");
  const Finished full = run_train(place.path(), model + "--out run", "exec prlimit --fsize=12000");
  CHECK(full.exit_code == 1);
  CHECK(full.errors ==
        "tools/train: write run/metrics.jsonl: File too large; the limit on file sizes is reached "
        "(ulimit -f)\n");
  place.done("--resume run");
  check_same(place.path() / "run", place.path() / "whole");
}

TEST_CASE("resume: other options, and what is no run, exit with 2; other data with 3") {
  const Place place;
  place.done("ae --latent 2 --data data --epochs 1 --schedule cosine --out run");
  const std::string keeps =
      ": a run that goes on keeps its options; --epochs, --threads and --report alone go with "
      "--resume";
  place.refused("--resume run --lr 3", 2, "--lr" + keeps);
  place.refused("--resume run --quiet", 2, "--quiet" + keeps);
  place.refused("vae --resume run", 2, "--resume: run is a run of ae, not of vae");
  place.refused("--resume none", 2, "--resume: none is no folder of a run; check the path");
  place.refused("--resume run --epochs 2", 2,
                "--epochs: --schedule cosine is tied to the 1 epochs of the run; go on without "
                "--epochs, or begin a new run with --init run");
  place.refused("--resume data", 3,
                "read data/config.json: No such file or directory; check the path");
  write_image_set(place.path() / "data", {.train = 299, .test = 20, .side = 6});
  const std::string line = run_train(place.path(), "--resume run").errors;
  CHECK_MESSAGE(line.find("train-images-idx3-ubyte is not what the run learned from") != line.npos,
                line);
  fs::remove_all(place.path() / "data");
  CHECK(run_train(place.path(), "--resume run").exit_code == 3);
  write_file(place.path() / "run/config.json", "{}");
  CHECK(run_train(place.path(), "--resume run").exit_code == 3);
}

TEST_CASE("init: a run begins with the weights of another; what does not fit is listed") {
  const Place place;
  const std::string model = "vae --hidden 8 --latent 2 --data data ";
  place.done(model + "--epochs 1 --seed 5 --out first");
  place.done(model + "--epochs 1 --init first/model.safetensors --lr 1e-30 --out second");
  CHECK(read_file(place.path() / "first/model.safetensors") ==
        read_file(place.path() / "second/model.safetensors"));
  const Finished strict = run_train(
      place.path(), "vae --hidden 8 --latent 2 --prior mixture:2 --data data --init first");
  CHECK(strict.exit_code == 3);
  CHECK(strict.errors ==
        "tools/train: --init: load: first/model.safetensors does not fit the model; it lacks "
        "prior.logits [2]; it lacks prior.mean [2, 2]; it lacks prior.log_variance [2, 2]; build "
        "the model with the options that it was saved with\n");
  CHECK(!fs::exists(place.path() / "runs/vae-1"));
  const Finished loose = run_train(
      place.path(),
      "vae --hidden 8 --latent 2 --prior mixture:2 --data data --init first --init-loose");
  CHECK(loose.exit_code == 0);
  CHECK_MESSAGE(loose.output.find("init: first lacks prior.mean, which begins by --start\n") !=
                    std::string::npos,
                loose.output);
  place.refused(model + "--init-loose", 2,
                "--init-loose: says how to take a file; name one with --init");
  place.refused(model + "--init nothing", 3,
                "--init: read nothing: No such file or directory; check the path");
}

TEST_CASE("config: config.json is enough to make a run again, and options may differ") {
  const Place place;
  for (const std::string& model : trainings) {
    CAPTURE(model);
    for (const char* out : {"run", "again", "other"}) fs::remove_all(place.path() / out);
    place.done(model + " --epochs 2 --seed 3 --limit 40 --out run");
    place.done("--config run/config.json --out again");
    check_same(place.path() / "run", place.path() / "again");
    place.done("--config run/config.json --out other --seed 4");
    CHECK(read_file(place.path() / "run/model.safetensors") !=
          read_file(place.path() / "other/model.safetensors"));
  }
  place.refused("vae --config run/config.json", 2,
                "--config: run/config.json is of a run of classifier, not of vae");
  place.refused("--config nothing", 3, "read nothing: No such file or directory; check the path");
}
