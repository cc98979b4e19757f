#include <doctest/doctest.h>

#include <tensor/compare.hpp>
#include <tensor/error.hpp>
#include <tensor/parts.hpp>
#include <tests/tools/page/page_run.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("opened run: with its data, up to a limit, and without them") {
  const PageRun small("vae", {{"binarize", "dynamic"}});
  const OpenedRun run = open_for_page(small.path(), {.images = 15, .limit = 12});
  REQUIRE(run.data);
  CHECK(run.test().count() == 12);
  CHECK(run.shown == 12);
  std::filesystem::remove_all(small.place.path() / "data");
  const OpenedRun without = small.open();
  CHECK_FALSE(without.data);
  CHECK(without.why_no_data.starts_with("data: there is no file or folder "));
  CHECK(message_of<Error>([&] {
          return without.test().count();
        }).starts_with("page: the run's data are gone; data: "));
}

TEST_CASE("opened run: examples by number are those of their batches") {
  const PageRun small("vae", {{"binarize", "dynamic"}});
  const OpenedRun run = small.open();
  const nn::Batch some = chosen(run.test(), {3, 0}), all = run.test().batch(0);
  CHECK(equal(some.inputs, cat({part_of(all, 3, 4).inputs, part_of(all, 0, 1).inputs})));
  CHECK(some.targets.to_vector<std::int32_t>() == std::vector<std::int32_t>{3, 0});
  CHECK(reconstructed(run.recipe(), some).shape() == Shape{2, 1, 6, 6});
  CHECK(reconstructed(PageRun("classifier").open().recipe(), some).count() == 0);
}

TEST_CASE("opened run: which codes are drawn from N(0, 1)") {
  CHECK(PageRun("vae").open().has_normal_prior());
  CHECK_FALSE(PageRun("vae", {{"prior", "mixture:2"}}).open().has_normal_prior());
  CHECK_FALSE(PageRun("vae", {{"latent", "3,2"}}).open().has_normal_prior());
  CHECK(PageRun("wae").open().has_normal_prior());
  CHECK_FALSE(PageRun("ae").open().has_normal_prior());
}
