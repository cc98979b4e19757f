// What users rely on holds for every recipe and every kind of data: the same bits on any number of
// threads, a run made again from its config.json, and programs that use what was trained.
#include <doctest/doctest.h>

#include <tests/tools/program.hpp>
#include <tools/training/recipe.hpp>

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

// A recipe and what the programs make of its runs; "": it has no such thing.
struct Case {
  std::string model, options;
  std::string encoded, decoded, sampled, scored;
};

const std::vector<Case> cases = {
    {"ae", "--data data --hidden 6 --latent 2 --density mixture:2", "c.npy", "d.npy", "s.npy",
     "x.csv"},
    {"vae", "--data data --hidden 6 --latent 2 --binarize dynamic", "c.npy", "d.npy", "s.npy",
     "x.csv"},
    {"wae", "--data data --hidden 6 --latent 2", "c.npy", "d.npy", "s.npy", "x.csv"},
    {"vq",
     "--data data --codes 8 --width 4 --prior-width 8 --prior-heads 2 --prior-layers 1 "
     "--likelihood beta-binomial --batch-size 25",
     "c.npy", "d.npy", "s.npy", "x.csv"},
    {"semi-supervised", "--data data --hidden 6 --latent 2 --labels 20 --binarize dynamic", "c.npy",
     "d.npy", "s.npy", "x.csv"},
    {"text", "--data lines.txt --width 8", "", "", "s.txt", "x.csv"},
    {"text", "--data lines.txt --width 8 --latent 2 --network transformer --heads 2 --samples 2",
     "c.npy", "d.txt", "s.txt", "x.csv"},
    {"table", "--data rows.csv --hidden 6 --latent 2 --samples 2", "c.npy", "d.csv", "s.csv",
     "x.csv"},
    {"classifier", "--data data --hidden 6", "", "", "", ""}};

// A run of the case, of two epochs.
struct TrainedCase {
  explicit TrainedCase(const Case& its) : name(its.model + ' ' + its.options) {
    write_image_set(place.path() / "data");
    write_file(place.path() / "lines.txt", small_text());
    write_file(place.path() / "rows.csv", small_table());
    train(name + " --epochs 2", "run");
  }
  void train(const std::string& arguments, const std::string& out) const {
    const Finished finished = run_train(place.path(), arguments + " --quiet --out " + out);
    CHECK_MESSAGE(finished.exit_code == 0, arguments, ": ", finished.errors);
  }
  std::string weights(const char* run) const {
    return read_file(place.path() / run / "model.safetensors");
  }
  // That a program writes the file, or, where the model has no such thing, says so in one line.
  void check(const std::string& task, const std::string& file) const {
    CAPTURE(name);
    const std::string program = task.substr(0, task.find(' '));
    const std::string out = file.empty() ? (program == "score" ? "x.csv" : "x.npy") : file;
    const Finished finished = run_infer(place.path(), task + " --out " + out + " --threads 1");
    CHECK_MESSAGE(finished.exit_code == (file.empty() ? 2 : 0), task, ": ", finished.errors);
    CHECK(lines_of(finished.errors).size() == (file.empty() ? 1 : 0));
    CHECK(fs::exists(place.path() / out) == !file.empty());
  }

  TemporaryFolder place;
  std::string name;
};

}  // namespace

TEST_CASE("recipes: each is tried with data of its kind") {
  for (const auto& recipe : ebb::tools::all_recipes())
    CHECK_MESSAGE(
        std::ranges::any_of(cases, [&](const Case& c) { return c.model == recipe->name(); }),
        recipe->name());
}

TEST_CASE("recipes: on any number of threads, and again from config.json, the same weights") {
  for (const Case& one : cases) {
    CAPTURE(one.model);
    const TrainedCase run(one);
    for (const char* threads : {"1", "5"}) {
      run.train(run.name + " --epochs 2 --threads " + threads, std::string("on-") + threads);
      CHECK(run.weights((std::string("on-") + threads).c_str()) == run.weights("run"));
    }
    run.train("--config run/config.json", "again");
    CHECK(run.weights("again") == run.weights("run"));
  }
}

TEST_CASE("recipes: what is trained encodes, decodes, samples and scores, or says why not") {
  for (const Case& one : cases) {
    const TrainedCase run(one);
    run.check("encode run", one.encoded);
    run.check("decode run" + (one.encoded.empty() ? "" : " " + one.encoded), one.decoded);
    run.check("sample run --count 3", one.sampled);
    run.check("score run", one.scored);
  }
}

TEST_CASE("recipes: what is trained is measured, beside what is known of the data") {
  for (const Case& one : cases) {
    CAPTURE(one.model);
    const TrainedCase run(one);
    const Finished finished = run_evaluate(run.place.path(), "run --samples 3 --quiet");
    CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
    const Json found = Json::parse(read_file(run.place.path() / "run/evaluation.json"));
    for (const char* key : {"examples", "likelihood", "unit", "samples", "bound", "seconds"})
      CHECK_MESSAGE(found.contains(key), key);
    const bool claims = one.model != "ae" && one.model != "wae" && one.model != "classifier";
    CHECK(found["bound"].is_number() == claims);
  }
}

TEST_CASE("recipes: a page shows what is trained") {
  for (const Case& one : cases) {
    CAPTURE(one.model);
    const TrainedCase run(one);
    const Finished finished = run_report(run.place.path(), "run --quiet");
    CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
    CHECK(read_file(run.place.path() / "run/report.html").starts_with("<!DOCTYPE html>"));
  }
}
