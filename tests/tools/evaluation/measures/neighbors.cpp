#include <doctest/doctest.h>

#include <algorithm>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tests/support.hpp>
#include <tools/evaluation/measures/neighbors.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// The same in double, one distance after the other.
double by_hand(const LabelledCodes& train, const LabelledCodes& test, std::size_t k) {
  const auto known = train.codes.to_vector<float>(), asked = test.codes.to_vector<float>();
  const auto labels = train.labels.to_vector<std::int32_t>();
  const auto truth = test.labels.to_vector<std::int32_t>();
  const std::size_t d = static_cast<std::size_t>(train.codes.size(1));
  int right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    std::vector<std::pair<double, int>> all;
    for (std::size_t j = 0; j < labels.size(); ++j) {
      double distance = 0;
      for (std::size_t c = 0; c < d; ++c) {
        const double apart = double(asked[i * d + c]) - double(known[j * d + c]);
        distance += apart * apart;
      }
      all.emplace_back(distance, labels[j]);
    }
    std::sort(all.begin(), all.end());
    std::vector<int> counts(10);
    for (std::size_t j = 0; j < k; ++j) ++counts[static_cast<std::size_t>(all[j].second)];
    right += std::max_element(counts.begin(), counts.end()) - counts.begin() == truth[i];
  }
  return right / double(truth.size());
}

LabelledCodes random_codes(std::int64_t n, Random& random) {
  const Tensor codes = randn({n, 3}, random) + 100;  // far from 0, where products have few digits
  std::vector<std::int32_t> labels;
  for (const float first : codes.to_vector<float>())
    if (labels.size() < static_cast<std::size_t>(n))
      labels.push_back(std::clamp(static_cast<int>(first) - 97, 0, 5));
  return {codes, from_vector(labels)};
}

}  // namespace

TEST_CASE(
    "neighbor_accuracy: most of the k nearest decide, the smallest of labels equally frequent") {
  const LabelledCodes train = {from_vector({{0.f}, {1.f}, {2.f}, {10.f}, {11.f}}),
                               from_vector({7, 3, 3, 5, 5})};
  const auto accuracy = [&](float code, int label, std::int64_t k) {
    return neighbor_accuracy(train, {from_vector({{code}}), from_vector({label})}, k);
  };
  CHECK(accuracy(-1, 7, 1) == 1);
  CHECK(accuracy(-1, 3, 3) == 1);
  CHECK(accuracy(-1, 7, 3) == 0);
  CHECK(accuracy(-1, 3, 2) == 1);  // a 7 and a 3
  CHECK(accuracy(9, 5, 2) == 1);
}

TEST_CASE("neighbor_accuracy: the same as one distance after the other") {
  Random random{3};
  const LabelledCodes train = random_codes(300, random), test = random_codes(100, random);
  for (const std::int64_t k : {1, 5})
    CHECK(neighbor_accuracy(train, test, k) ==
          doctest::Approx(by_hand(train, test, static_cast<std::size_t>(k))));
}

TEST_CASE("neighbor_accuracy: codes that do not fit are refused") {
  const LabelledCodes three = {zeros({3, 2}), from_vector({0, 1, 2})};
  CHECK(message_of<ShapeError>([&] { return neighbor_accuracy(three, three); }) ==
        "neighbor_accuracy: codes [3, 2] and 5 neighbors among [3, 2]; there must be as many, of "
        "one width");
  CHECK_THROWS_AS(neighbor_accuracy(three, {zeros({3, 1}), from_vector({0, 1, 2})}, 1), ShapeError);
}
