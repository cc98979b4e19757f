#include <doctest/doctest.h>

#include <tests/tools/page/page_run.hpp>
#include <tools/page/examples.hpp>
#include <tools/training/scoring/scores.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Json found(const PageRun& small) {
  const OpenedRun run = small.open();
  return examples_of(run, *kind_of(run.trained));
}

}  // namespace

TEST_CASE("examples: images on the page, with their labels") {
  const PageRun small("ae");
  const OpenedRun run = open_for_page(small.path(), {.images = 12});
  const Json images = shown_of(run, *kind_of(run.trained));
  CHECK(images["count"] == 12);
  CHECK(images["examples"]["shape"] == Json{1, 6, 6});
  CHECK(images["labels"] == Json{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1});
}

TEST_CASE("examples: from the best to the worst, and a mean for each class") {
  const PageRun small("vae", {{"binarize", "dynamic"}});
  const OpenedRun run = small.open();
  const Json examples = examples_of(run, *kind_of(run.trained));
  const Scores scores = score(run.recipe(), run.test());
  double before = -1e9;
  for (const char* kind : {"best", "median"})
    for (const Json& entry : examples[kind]["entries"]) {
      const std::size_t i = entry["index"];
      CHECK(entry["bound"].get<double>() == doctest::Approx(scores.bound[i]).epsilon(1e-4));
      CHECK(entry["label"] == i % 10);
      if (kind == std::string("best")) CHECK(scores.strangeness[i] >= before);
      before = scores.strangeness[i];
    }
  const std::size_t worst = examples["worst"]["entries"][0]["index"];
  for (const float each : scores.strangeness) CHECK(each <= scores.strangeness[worst]);
  CHECK(examples["all"]["count"] == 20);
  CHECK(examples["classes"].size() == 10);
  CHECK(examples["classes"][3]["bound"]["mean"].get<double>() ==
        doctest::Approx((scores.bound[3] + scores.bound[13]) / 2).epsilon(1e-4));
  CHECK(examples["best"]["reconstructions"]["count"] == 8);
}

TEST_CASE("examples: a model that gives fewer numbers shows fewer, one without none") {
  const Json plain = found(PageRun("ae"));
  CHECK(plain["all"]["bound"].is_null());
  CHECK(plain["all"]["reconstruction"]["mean"].get<double>() > 0);
  const Json told = found(PageRun("semi-supervised", {{"labels", "20"}}));
  CHECK(told["all"]["bound"].is_null());
  CHECK(told["all"]["strangeness"]["mean"].is_number());
  CHECK(found(PageRun("classifier")).is_null());
}
