#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nn/data/tensor_dataset.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>
#include <tests/tools/evaluation/linear_gaussian.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/inference/scores.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Scores scores_of(const Recipe& recipe, const nn::SharedDataset& data) {
  return score(recipe, PreparedExamples(data, recipe, Random{1}));
}

}  // namespace

TEST_CASE("scores: of the exact posterior each draw says log p(x)") {
  const nn::TensorDataset data(LinearGaussian::copies(3));
  for (const Claim claim : {Claim::density, Claim::cross_entropy}) {
    const Scores scores = scores_of(LinearGaussian(true, claim), data);
    REQUIRE(scores.strangeness.size() == 3);
    CHECK(scores.bound.size() == (claim == Claim::density ? 3u : 0u));  // else it is no bound
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(scores.strangeness[i] == doctest::Approx(-LinearGaussian::log_density).epsilon(1e-5));
      CHECK(scores.reconstruction[i] + scores.kl[i] == doctest::Approx(scores.strangeness[i]));
    }
    CHECK(scores.labels.empty());
  }
}

TEST_CASE("scores: without a likelihood the mean square of what is missed counts") {
  const nn::TensorDataset data(LinearGaussian::copies(2), zeros({2}, DType::int32));
  const Scores scores = scores_of(LinearGaussian(true, Claim::none), data);
  // The code is m = mean of p(z|x); x - (w m + b) = (0.4, 1, -0.6) - (1, 0.5, -2) m - (0.1, …).
  const double m = LinearGaussian::mean, a = 0.3 - m, b = 1.2 - m / 2, c = -0.9 + 2 * m;
  CHECK(scores.reconstruction[1] == doctest::Approx((a * a + b * b + c * c) / 3).epsilon(1e-5));
  CHECK(scores.strangeness == scores.reconstruction);
  CHECK(scores.bound.empty());
  CHECK(scores.kl.empty());
  CHECK(scores.labels == std::vector<std::int32_t>{0, 0});
}

TEST_CASE("scores: a classifier has none") {
  SmallRun small("classifier");
  nn::initialize(small.recipe->model());
  CHECK(message_of<UsageError>(
            [&] { return scores_of(*small.recipe, small.data->test).labels.size(); }) ==
        "model: classifier has neither a likelihood nor reconstructions; try a run of ae or vae");
}

TEST_CASE("scores: what is not finite is no score") {
  const nn::TensorDataset data(
      full({2, 3}, static_cast<double>(std::numeric_limits<float>::infinity())));
  CHECK(message_of<DataError>([&] {
          return scores_of(LinearGaussian(true, Claim::density), data).labels.size();
        }) == "model: its scores are not finite; did its training diverge?");
}

TEST_CASE("scores: a quantile lies on a line between two numbers, as NumPy has it") {
  const std::vector<double> sorted = {1, 2, 4, 8, 16};
  CHECK(quantile(sorted, 0) == 1);
  CHECK(quantile(sorted, 1) == 16);
  CHECK(quantile(sorted, 0.5) == 4);
  CHECK(quantile(sorted, 0.9) == doctest::Approx(12.8));
  CHECK(quantile(sorted, 0.99) == doctest::Approx(15.68));
  CHECK(quantile({3}, 0.7) == 3);
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
