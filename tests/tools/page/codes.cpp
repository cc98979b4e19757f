#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <cmath>
#include <numeric>
#include <tensor/reduce.hpp>
#include <tests/tools/page/page_run.hpp>
#include <tools/page/codes.hpp>
#include <tools/page/encoding.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

// The means of q(z|x) of the 20 test images, [20, 3].
Tensor means_of(const OpenedRun& run) {
  const NoGrad constants;
  Random noise{0};
  nn::Pass pass{noise};
  return run.recipe().encode(run.test().batch(0), pass).value();
}

}  // namespace

TEST_CASE("codes: means, KL and variances of each dimension, the largest first") {
  const PageRun small("vae");
  const OpenedRun run = small.open();
  const Json codes = codes_of(run);
  CHECK(codes["width"] == 3);
  CHECK(codes["examples"] == 20);
  CHECK(codes["means"] == packed(means_of(run).to_vector<float>()));
  const std::vector<double> kl = codes["kl"];
  const std::vector<std::size_t> order = codes["order"];
  REQUIRE(order.size() == 3);
  CHECK(kl[order[0]] >= kl[order[1]]);
  CHECK(kl[order[1]] >= kl[order[2]]);
  const std::vector<float> variance = var(means_of(run), 0, 0).to_vector<float>();
  for (std::size_t j = 0; j < 3; ++j)
    CHECK(codes["variance"][j].get<double>() == doctest::Approx(variance[j]).epsilon(1e-4));
}

TEST_CASE("codes: histograms count all draws between -4 and 4, correlations have ones in line") {
  const Json codes = codes_of(PageRun("vae").open());
  CHECK(codes["drawn"] == true);
  for (const Json& one : codes["histograms"]) {
    const std::vector<int> counts = one["counts"];
    CHECK(one["low"] == -4);
    CHECK(std::accumulate(counts.begin(), counts.end(), 0) == 20);
  }
  for (std::size_t i = 0; i < 3; ++i) CHECK(codes["correlations"][i][i] == 1);
  CHECK(codes["correlations"][0][1] == codes["correlations"][1][0]);
}

TEST_CASE("codes: principal components have length 1, and the means of classes are means") {
  const OpenedRun run = PageRun("ae").open();
  const Json codes = codes_of(run);
  CHECK(codes["kl"].is_null());
  CHECK(codes["drawn"] == false);
  for (const Json& direction : codes["principal"]["components"]) {
    double squares = 0;
    for (const Json& x : direction) squares += x.get<double>() * x.get<double>();
    CHECK(squares == doctest::Approx(1).epsilon(1e-3));
  }
  // Two of the 20 images have each label: i and i + 10.
  const std::vector<float> means = means_of(run).to_vector<float>();
  CHECK(codes["class_means"].size() == 10);
  CHECK(codes["class_means"][4][1].get<double>() ==
        doctest::Approx((means[4 * 3 + 1] + means[14 * 3 + 1]) / 2).epsilon(1e-3));
}

TEST_CASE("codes: of a codebook it is told how often each vector is used") {
  const Json codes = codes_of(PageRun("vq", {{"codes", "8"}, {"width", "4"}}).open());
  REQUIRE(codes["codebook"].size() == 8);
  double all = 0;
  for (const Json& count : codes["codebook"]) all += count.get<double>();
  CHECK(all == 20 * codes["places"].get<int>());
  CHECK(codes["perplexity"].get<double>() <= 8.0);
  CHECK(codes_of(PageRun("classifier").open()).is_null());
}
