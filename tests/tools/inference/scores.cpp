#include <doctest/doctest.h>

#include <algorithm>
#include <tests/tools/training/small_run.hpp>
#include <tools/inference/scores.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("scores: training leaves the quantiles, which need its data no more") {
  SmallRun small("ae");
  small.options.data = (small.place.path() / "data").string();
  train(small);
  const std::string run = small.folder->name(), path = run + "/training_scores.json";
  const Trained trained = open_trained(run);
  const std::string left = read_file(path);
  const std::vector<double> quantiles = training_quantiles(run, trained);
  std::filesystem::remove(path);
  CHECK(training_quantiles(run, trained) == quantiles);
  CHECK(read_file(path) == left);
  std::filesystem::remove_all(small.place.path() / "data");
  CHECK(training_quantiles(run, trained) == quantiles);
}

TEST_CASE("scores: training quantiles are kept, until the weights are others") {
  SmallRun small("vae");
  small.options.data = (small.place.path() / "data").string();
  train(small);
  const std::string run = small.folder->name(), path = run + "/training_scores.json";
  const Trained trained = open_trained(run);
  const std::vector<double> found = training_quantiles(run, trained);
  REQUIRE(found.size() == 1001);
  CHECK(std::is_sorted(found.begin(), found.end()));
  std::vector<float> scores =
      score(*trained.recipe, examples_for({.part = "train"}, trained)).strangeness;
  std::sort(scores.begin(), scores.end());
  CHECK(found[1000] == scores[69]);
  CHECK(found[500] == (static_cast<double>(scores[34]) + static_cast<double>(scores[35])) / 2);
  Json kept = Json::parse(read_file(path));
  CHECK(kept["examples"] == 70);
  kept["quantiles"] = {1, 2};
  write_file(path, kept.dump());
  CHECK(training_quantiles(run, trained) == std::vector<double>{1, 2});
  kept["weights_sha256"] = "others";
  write_file(path, kept.dump());
  CHECK(training_quantiles(run, trained) == found);
  for (const char* damage : {"{", "{\"weights_sha256\": 7}", "[]"}) {
    write_file(path, damage);
    CHECK(training_quantiles(run, trained) == found);
  }
  write_file(path, "{");
  std::filesystem::remove_all(small.place.path() / "data");
  CHECK_THROWS_AS(training_quantiles(run, trained), DataError);
}

TEST_CASE("scores: the area under the curve counts pairs in order, and ties half") {
  CHECK(area_under_roc({1, 2, 3, 4}, {0, 0, 1, 1}) == 1.0);
  CHECK(area_under_roc({4, 3, 2, 1}, {0, 0, 1, 1}) == 0.0);
  CHECK(area_under_roc({1, 2, 3, 4}, {0, 1, 0, 1}) == 0.75);
  CHECK(area_under_roc({5, 5, 5}, {0, 1, 0}) == 0.5);
  CHECK(area_under_roc({5, 5, 7, 1}, {0, 1, 1, 0}) == 0.875);
  CHECK_FALSE(area_under_roc({1, 2}, {1, 1}));
  CHECK_FALSE(area_under_roc({1, 2, 3}, {0, 1, 2}));
  CHECK_FALSE(area_under_roc({}, {}));
}
