#include <doctest/doctest.h>

#include <tests/tools/evaluation/linear_gaussian.hpp>
#include <tools/evaluation/baselines/known_data.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Progress silent(true);

Subject of(const Tensor& train, const Tensor& test, Claim claim) {
  Subject subject = linear_subject(true, 1, claim);
  subject.data = {nn::TensorDataset(train), nn::TensorDataset(test)};
  return subject;
}

}  // namespace

TEST_CASE("known data: zeros and ones are told from gray images") {
  const Tensor binary = from_vector({{0.f, 1.f}, {1.f, 1.f}}), gray = 0.5 * binary;
  CHECK(know(of(binary, binary, Claim::probability), silent)->binary);
  const std::optional<KnownData> known = know(of(gray, binary, Claim::probability), silent);
  REQUIRE(known);
  CHECK(!known->binary);
  CHECK(known->train.mean.to_vector<double>() == std::vector<double>{0.25, 0.5});
  CHECK(known->test.mean.to_vector<double>() == std::vector<double>{0.5, 1});
}

TEST_CASE("known data: nothing of images that are too large, or of one alone") {
  const Tensor one = zeros({1, 2});
  CHECK(!know(of(one, one, Claim::probability), silent));
  const Tensor large = zeros({3, 4097});
  CHECK(!know(of(large, large, Claim::probability), silent));
}

TEST_CASE("known data: independent pixels and compressors stand beside a probability alone") {
  const Tensor binary = from_vector({{0.f, 1.f}, {1.f, 1.f}});
  const auto references = [&](Claim claim) {
    const Subject subject = of(binary, binary, claim);
    Json figures = no_figures();
    add_likelihood_references(subject, *know(subject, silent), figures);
    return figures["references"];
  };
  // Chances of a one are 1/2 and (2 + 1/2) / 3.
  const double nats = std::log(0.5) + std::log(2.5 / 3);
  const Json probability = references(Claim::probability);
  CHECK(probability["bound"][0]["value"].get<double>() == doctest::Approx(nats));
  CHECK(probability["bits_per_dimension"][0]["value"].get<double>() ==
        doctest::Approx(-nats / (2 * std::log(2.0))));
  CHECK(probability["bits_per_dimension"][1]["name"] == "bzip2 -9");
  CHECK(probability["bits_per_dimension"][2]["name"] == "xz -9e");
  CHECK(references(Claim::cross_entropy)["distortion"][0]["value"].get<double>() ==
        doctest::Approx(-nats));
  CHECK(references(Claim::density).empty());
  CHECK(references(Claim::none).empty());
}
