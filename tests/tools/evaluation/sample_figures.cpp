#include <doctest/doctest.h>

#include <tests/tools/evaluation/linear_gaussian.hpp>
#include <tools/evaluation/sample_figures.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("sample figures: draws of the model that made the data are near, also by their noise") {
  Subject subject = linear_subject(true, 1);
  Random noise{4};
  nn::Pass pass{noise};
  const auto distance = [&](bool mean) {
    const nn::TensorDataset data(subject.recipe->sample(20'000, {.mean = mean}, pass).inputs);
    subject.data = {data, data};
    Json figures = no_figures();
    Progress silent(true);
    const std::optional<KnownData> known = know(subject, silent);
    REQUIRE(known);
    measure_samples(subject, *known, silent, figures);
    return figures["frechet_pca50"].get<double>();
  };
  CHECK(distance(false) < 0.01);
  // Without their noise of variance 1/4 in two of three directions, they are ½ apart in each.
  CHECK(distance(true) == doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("sample figures: no more components than there are numbers") {
  Progress silent(true);
  CHECK(components_shown(know(linear_subject(true, 9), silent)->components) == 3);
}
