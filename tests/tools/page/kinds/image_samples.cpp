#include <doctest/doctest.h>

#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <tests/tools/page/page_run.hpp>
#include <tools/page/encoding.hpp>
#include <tools/page/kinds/image_samples.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("samples: the nearest training image is the nearest of all") {
  const PageRun small("vae");
  const OpenedRun run = small.open();
  const Json samples = image_samples(run);
  CHECK(samples["examples"]["count"] == 24);
  CHECK(samples["nearest"]["count"] == 24);
  CHECK(samples["test_distances"].size() == 20);
  std::vector<std::int64_t> all(70);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  const Tensor train = run.data->train->gather(all).inputs;
  const std::int64_t second = 1;
  const Tensor query = run.data->test->gather(std::span(&second, 1)).inputs;
  const double least = std::sqrt(amin(sum(square(train - query), {1, 2, 3})).item());
  CHECK(samples["test_distances"][1].get<double>() == doctest::Approx(least).epsilon(1e-3));
}

TEST_CASE("samples: without data they stand alone, without a distribution there are none") {
  const PageRun small("vae", {{"condition", "labels"}});
  std::filesystem::remove_all(small.place.path() / "data");
  const Json samples = image_samples(small.open());
  CHECK(samples["nearest"].is_null());
  CHECK(samples["labels"].size() == 24);
  CHECK(image_samples(PageRun("ae").open()).is_null());
}
