#include <doctest/doctest.h>

#include <cmath>
#include <tests/support.hpp>
#include <tools/sweeps/summary.hpp>

using namespace ebb::tools;

namespace {

// What is left of a run, as far as a summary reads it.
void write_run(const std::filesystem::path& run, double loss, double error) {
  std::filesystem::create_directories(run);
  write_file(run / "config.json", R"({"parameters": 9, "examples": {"shape": [1, 4, 5]}})");
  write_file(run / "metrics.jsonl",
             "{\"seconds\": 1.5, \"test_loss\": 100}\n{\"seconds\": 1, "
             "\"test_loss\": " +
                 std::to_string(loss) + "}\n");
  write_file(run / "evaluation.json",
             R"({"elbo": null, "rate": 2, "distortion": 3.5, "active_units": null,
                 "references": {"squared_error": [{"name": "this model", "value": )" +
                 std::to_string(error) + R"(}, {"name": "PCA-2", "value": 0.25}]}})");
}

}  // namespace

TEST_CASE("spread: mean and deviation of a sample") {
  CHECK(Spread{{1, 2, 6}}.mean() == 3);
  CHECK(Spread{{1, 2, 6}}.deviation() == doctest::Approx(std::sqrt(7.0)));
  CHECK(std::isnan(Spread{{1}}.deviation()));
  CHECK(std::isnan(Spread{}.mean()));
}

TEST_CASE("sweep summary: of a run that keeps its best weights, the figures of those") {
  const TemporaryFolder place;
  SweepCommand command;
  command.model = "ae";
  command.over = {{"hidden", {"7"}}};
  const std::vector<PlannedRun> runs = plan_runs(command);
  const auto run = place.path() / runs[0].name;
  write_run(run, 1, 0.5);
  write_file(run / "config.json",
             R"({"parameters": 9, "keep": "best", "best_epoch": 2, "examples": {"longest": 5}})");
  write_file(run / "metrics.jsonl",
             "{\"epoch\": 1, \"test_loss\": 9}\n{\"epoch\": 2, \"test_loss\": 3}\n"
             "{\"epoch\": 3, \"test_loss\": 5}\n");
  const Summary summary = summarize(command, runs, place.path());
  CHECK(summary.sizes[0].figures[0].mean() == 3);
  CHECK(summary.numbers == 0);
}

TEST_CASE("sweep summary: means over the seeds that are done, as tables") {
  const TemporaryFolder place;
  SweepCommand command;
  command.model = "ae";
  command.over = {{"hidden", {"7", "8,9"}}};
  command.seeds = 2;
  const std::vector<PlannedRun> runs = plan_runs(command);
  write_run(place.path() / runs[0].name, 1, 0.5);
  write_run(place.path() / runs[2].name, 3, 1.5);
  const Summary summary = summarize(command, runs, place.path());
  CHECK(summary.numbers == 20);
  REQUIRE(summary.sizes.size() == 2);
  CHECK(summary.sizes[0].principal == 0.25);
  CHECK_FALSE(summary.sizes[1].principal);
  CHECK(csv_of(summary) ==
        "hidden,runs,test_loss,test_loss_deviation,squared_error,squared_error_deviation,"
        "cross_entropy_and_kl,cross_entropy_and_kl_deviation,parameters,parameters_deviation,"
        "train_seconds,train_seconds_deviation,pca_squared_error\n"
        "7,2,2,1.4142135623730951,1,0.7071067811865476,5.5,0,9,0,2.5,0,0.25\n"
        "\"8,9\",0,,,,,,,,,,,\n");
  CHECK(markdown_of(summary) ==
        "| hidden |       test loss |     squared error |  of PCA | cross entropy + KL | "
        "parameters | seconds |\n"
        "|-------:|----------------:|------------------:|--------:|-------------------:|"
        "-----------:|--------:|\n"
        "|      7 | 2.0000 ± 1.4142 | 1.00000 ± 0.70711 | 0.25000 |               5.50 |          "
        "9 |     2.5 |\n"
        "|    8,9 |                 |                   |         |                    |           "
        " |         |\n");
}
