#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <nn/files/npy.hpp>
#include <tensor/makers.hpp>
#include <tests/tools/program.hpp>

using namespace ebb;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

const char* const small_model = " --hidden 4 --latent 2 --epochs 1 --data data --quiet --out run";

// A run of a model on small images.
struct TrainedDigits {
  explicit TrainedDigits(const std::string& model) {
    write_image_set(place.path() / "data");
    CHECK(run_train(place.path(), model + small_model).exit_code == 0);
  }
  TemporaryFolder place;
};

void check_not_evaluated(const fs::path& folder, const std::string& arguments, int status,
                         const std::string& line) {
  const std::vector<std::string> before = names_in(folder);
  const Finished finished = run_evaluate(folder, arguments);
  CHECK_MESSAGE(finished.exit_code == status, arguments, ": ", finished.errors);
  CHECK(finished.errors == "tools/evaluate: " + line + "\n");
  CHECK(finished.output == "");
  CHECK(names_in(folder) == before);
}

}  // namespace

TEST_CASE("tools/evaluate: writes figures into the run's folder and prints them") {
  const TrainedDigits run("vae --binarize threshold");
  const Finished finished = run_evaluate(run.place.path(), "run --samples 20");
  CHECK(finished.exit_code == 0);
  CHECK(finished.errors == "");
  CHECK(finished.output.find("log p(x) ≥") != std::string::npos);
  CHECK(finished.output.find("20 examples, likelihood bernoulli") == 0);
  CHECK(lines_of(finished.output).back() == "figures: run/evaluation.json");
  const Json figures = Json::parse(read_file(run.place.path() / "run/evaluation.json"));
  CHECK(figures["samples"] == 20);
  CHECK(figures["elbo"].get<double>() < 0);
  CHECK(figures["bound"].get<double>() > figures["elbo"].get<double>());
  // Again, on one thread: the same figures, in less time or more.
  Json again = figures;
  CHECK(run_evaluate(run.place.path(), "run --samples 20 --threads 1 --quiet").output == "");
  again = Json::parse(read_file(run.place.path() / "run/evaluation.json"));
  again["seconds"] = figures["seconds"];
  CHECK(again == figures);
}

TEST_CASE("tools/evaluate: the run's own data are split as before wherever they lie") {
  const TrainedDigits run("vae --binarize threshold");
  const fs::path place = run.place.path();
  CHECK(run_evaluate(place, "run --samples 2 --quiet").exit_code == 0);
  Json before = Json::parse(read_file(place / "run/evaluation.json"));
  fs::rename(place / "data", place / "moved");
  const Finished missing = run_evaluate(place, "run");
  CHECK(missing.exit_code == 3);
  CHECK(missing.errors.find("there is no file or folder ") != std::string::npos);
  CHECK(run_evaluate(place, "run --samples 2 --quiet --data moved").exit_code == 0);
  Json after = Json::parse(read_file(place / "run/evaluation.json"));
  for (const char* differs : {"seconds", "data"}) before[differs] = after[differs] = nullptr;
  CHECK(after == before);
}

TEST_CASE("tools/evaluate: a table that moved, and images that were copied without their labels") {
  const TemporaryFolder folder;
  const fs::path place = folder.path();
  write_file(place / "rows.csv", small_table());
  CHECK(
      run_train(place, "table --data rows.csv --hidden 4 --latent 1 --epochs 1 --quiet --out rows")
          .exit_code == 0);
  fs::rename(place / "rows.csv", place / "moved.csv");
  const Finished moved = run_evaluate(place, "rows --samples 2 --quiet --data moved.csv");
  CHECK_MESSAGE(moved.exit_code == 0, moved.errors);
  std::vector<std::uint8_t> pixels(40 * 36);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(7 * i);
  nn::write_npy((place / "x.npy").string(), pixels, {40, 6, 6});
  nn::write_npy((place / "y.npy").string(), zeros({40}, DType::int32));
  CHECK(
      run_train(
          place,
          "vae --data x.npy --label-file y.npy --hidden 4 --latent 2 --epochs 1 --quiet --out run")
          .exit_code == 0);
  fs::copy_file(place / "x.npy", place / "copy.npy");
  CHECK(run_evaluate(place, "run --samples 2 --quiet --data copy.npy").exit_code == 0);
  const Json figures = Json::parse(read_file(place / "run/evaluation.json"));
  CHECK(figures["examples"] == 4);  // the run's own test part
  CHECK(figures["data"] == "x.npy");
  CHECK(figures["weights_sha256"].get<std::string>().size() == 64);

  fs::rename(place / "y.npy", place / "x.labels.npy");  // labels that were found beside the images
  CHECK(run_train(place, "vae --data x.npy --hidden 4 --latent 2 --epochs 1 --quiet --out found")
            .exit_code == 0);
  fs::create_directory(place / "elsewhere");
  fs::copy_file(place / "x.npy", place / "elsewhere/z.npy");
  const Finished found = run_evaluate(place, "found --samples 2 --quiet --data elsewhere/z.npy");
  CHECK_MESSAGE(found.exit_code == 0, found.errors);
  CHECK(Json::parse(read_file(place / "found/evaluation.json"))["examples"] == 4);
}

TEST_CASE("tools/evaluate: gray pixels under bernoulli have a cross entropy and no bound") {
  const TrainedDigits run("vae");
  const Finished finished = run_evaluate(run.place.path(), "run --limit 5");
  CHECK(finished.exit_code == 0);
  CHECK(finished.output.find("cross entropy") != std::string::npos);
  CHECK(finished.output.find("no bound of log p(x)") != std::string::npos);
  CHECK(finished.output.find("≥") == std::string::npos);
  const Json figures = Json::parse(read_file(run.place.path() / "run/evaluation.json"));
  CHECK(figures["examples"] == 5);
  CHECK(figures["data"].is_string());
  CHECK(figures["elbo"].is_null());
  const Finished alone = run_evaluate(run.place.path(), "run --limit 1");
  CHECK(alone.exit_code == 0);
  CHECK(alone.output.find("1 example, likelihood") != std::string::npos);
  CHECK(alone.output.find("nan") == std::string::npos);
  CHECK(Json::parse(read_file(run.place.path() / "run/evaluation.json"))["active_units"].is_null());
}

TEST_CASE("tools/evaluate: wrong options exit with 2, a run that is none with 3") {
  const TrainedDigits run("ae");
  const fs::path here = run.place.path();
  check_not_evaluated(here, "", 2,
                      "which run? Name its folder, as in tools/evaluate runs/vae-1; try --help");
  check_not_evaluated(here, "run --samples 0", 2,
                      "--samples: 0 is out of range, 1 to 1000000; try --help");
  check_not_evaluated(here, "run --limit 21", 2, "--limit: 21 examples, but there are 20 to score");
  check_not_evaluated(here, "data", 3,
                      "read data/config.json: No such file or directory; check the path");
  write_image_set(here / "larger", {.train = 5, .test = 5, .side = 7});
  check_not_evaluated(
      here, "run --data larger", 2,
      "--data: examples of 1 x 7 x 7, but the model was built for 1 x 6 x 6; try other "
      "data");
  write_file(here / "run/config.json", "{\"model\": []}");
  CHECK(run_evaluate(here, "run").exit_code == 3);
}

TEST_CASE("tools/evaluate: drawn digits, whose factors are known") {
  const TemporaryFolder place;
  CHECK(
      run_train(place.path(), "ae --latent 2 --epochs 1 --limit 40 --quiet --out run").exit_code ==
      0);
  CHECK(run_evaluate(place.path(), "run --limit 30 --quiet").exit_code == 0);
  const Json figures = Json::parse(read_file(place.path() / "run/evaluation.json"));
  CHECK(figures["mutual_information_gap"].is_number());
}
