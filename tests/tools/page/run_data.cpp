#include <doctest/doctest.h>

#include <nn/data/text/sentences.hpp>
#include <tests/tools/page/page_run.hpp>
#include <tools/page/run_data.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Json data_of(const PageRun& run) {
  Progress progress(true);
  return data_of_run(run.path(), run.report(), progress);
}

}  // namespace

TEST_CASE("run data: what a model lacks is null, and a sentence says why") {
  const Json data = data_of(PageRun("classifier"));
  for (const char* section : {"codes", "examples", "samples", "history"}) {
    CHECK(data[section].is_null());
    CHECK_MESSAGE(data["gaps"][section].get<std::string>().ends_with("."), section);
  }
  CHECK(data["curves"]["epoch"] == Json{1, 2});
  CHECK(data["facts"]["model"] == "classifier");
}

TEST_CASE("run data: what was drawn from a grammar or a graph is known exactly") {
  const TemporaryFolder place;
  const auto truth = [&](const std::string& arguments, const char* name) {
    CHECK(run_train(place.path(), arguments + " --epochs 1 --limit 64 --quiet --out " + name)
              .exit_code == 0);
    Progress progress(true);
    return data_of_run(place.path() / name, {.images = 4, .limit = 40}, progress)["facts"]["truth"];
  };
  const Json sentences = truth("text --width 4", "sentences"),
             rows = truth("table --hidden 4 --latent 2", "rows");
  CHECK(sentences["value"].get<double>() == doctest::Approx(-ebb::nn::sentence_entropy()));
  CHECK(rows["value"].get<double>() < -5);
  CHECK(rows["value"].get<double>() > -12);
}

TEST_CASE("run data: without the files that it learned from a run shows what it can") {
  const PageRun small("vae");
  std::filesystem::remove_all(small.place.path() / "data");
  const Json data = data_of(small);
  CHECK(data["shown"].is_null());
  CHECK(data["gaps"]["codes"].get<std::string>().starts_with(
      "The data that the run learned from are not there: "));
  CHECK(data["samples"]["examples"]["count"] == 24);
  CHECK(message_of<DataError>([] {
          Progress progress(true);
          return data_of_run("nowhere", {}, progress).size();
        }) == "read nowhere/config.json: No such file or directory; check the path");
}
