// Covers: tools/training/reporters/scores.cpp
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nn/data/tensor_dataset.hpp>
#include <nn/parts.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>
#include <tests/tools/evaluation/linear_gaussian.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/training/scoring/scores.hpp>

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
  CHECK(scores_of(*small.recipe, small.data->test).strangeness.empty());
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

TEST_CASE("scores: of many training examples 10,000 are scored, which the seed draws") {
  const auto numbered = [](std::int64_t count) {
    return nn::SharedDataset(nn::TensorDataset(arange(static_cast<double>(count))));
  };
  CHECK(scored_part(numbered(10'000), 1)->count() == 10'000);
  for (const std::int64_t count : {10'001, 23'457, 60'000, 1'000'003})
    CHECK(scored_part(numbered(count), 1)->count() == 10'000);
  const auto first = [&](std::uint64_t seed) {
    const std::int64_t indices[] = {0, 1, 2, 3, 4};
    return scored_part(numbered(60'000), seed)->gather(indices).inputs.to_vector<float>();
  };
  CHECK(first(1) == first(1));
  CHECK(first(1) != first(2));
}

TEST_CASE("scores: a model that has none, or none that are finite, keeps no quantiles") {
  SmallRun small("classifier");
  nn::initialize(small.recipe->model());
  const std::string folder = small.place.path().string();
  CHECK(keep_training_quantiles(folder, *small.recipe, small.data->train, 0).empty());
  CHECK(kept_training_quantiles(folder).empty());
  const Run run = small.run();
  report_scores(run)->end(1, true);
  SmallRun spoiled("ae");
  nn::initialize(spoiled.recipe->model());
  const nn::Parts parts(spoiled.recipe->model());
  for (const auto& [name, parameter] : parts.parameters)
    parameter->set(full(parameter->value().shape(), NAN));
  const Run other = spoiled.run();
  report_scores(other)->end(1, true);
  for (const Run* each : {&run, &other})
    CHECK_FALSE(std::filesystem::exists(each->folder.path("training_scores.json")));
}
