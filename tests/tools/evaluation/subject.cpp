#include <doctest/doctest.h>

#include <tests/tools/training/small_run.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/training/trainer.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

template <class Kind>
std::string refusal(const EvaluateOptions& options) {
  return message_of<Kind>([&] { return open_subject(options).noise.seed; });
}

}  // namespace

TEST_CASE("subject: the test part of the run's own data, or of other data of that size") {
  SmallRun small("vae");
  small.options.data = (small.place.path() / "data").string();
  train(small);
  EvaluateOptions options = {.run = small.folder->name()};
  CHECK(open_subject(options).data.test->count() == 20);
  CHECK(open_subject(options).data.train->count() == 70);
  CHECK(open_subject(options).data.own);
  options.limit = 7;
  CHECK(open_subject(options).data.test->count() == 7);
  options.limit = 21;
  CHECK(refusal<UsageError>(options) == "--limit: 21 examples, but there are 20 to score");
  options.limit = 0;
  const std::filesystem::path more = small.place.path() / "more", larger = small.place.path() / "l";
  write_image_set(more, {.train = 30, .test = 5});
  options.data = more.string();
  CHECK(open_subject(options).data.test->count() == 5);
  CHECK_FALSE(open_subject(options).data.own);
  write_image_set(larger, {.train = 30, .test = 5, .side = 8});
  options.data = larger.string();
  CHECK(refusal<UsageError>(options) ==
        "--data: examples of 1 x 8 x 8, but the model was built for 1 x 6 x 6; try other data");
  const std::filesystem::path lines = small.place.path() / "lines.txt";
  write_file(lines, "one\ntwo\n");
  options.data = lines.string();
  CHECK(refusal<UsageError>(options) ==
        "--data: texts, but the model was built for images; try other data");
  options.data = "nowhere";
  CHECK(refusal<DataError>(options) == "data: there is no file or folder nowhere; check the path");
}

TEST_CASE("subject: a run that is missing or damaged is wrong data") {
  SmallRun small("vae");
  small.options.data = (small.place.path() / "data").string();
  train(small);
  const std::string folder = small.folder->name();
  CHECK(refusal<DataError>({.run = "nowhere"}) ==
        "read nowhere/config.json: No such file or directory; check the path");
  std::filesystem::resize_file(folder + "/model.safetensors", 100);
  CHECK(refusal<DataError>({.run = folder}).find("model.safetensors") != std::string::npos);
  std::filesystem::remove_all(small.place.path() / "data");
  CHECK(refusal<DataError>({.run = folder}) != "nothing was thrown");
}

TEST_CASE("subject: figures are null until they are found, and so are no references") {
  Json figures = no_figures();
  CHECK(figures.size() == 25);
  CHECK(figures.begin().key() == "examples");
  CHECK(figures["seconds"].is_null());
  add_reference(figures, "bound", "a rung", -3);
  add_reference(figures, "bound", "another", -2.5);
  CHECK(figures["references"].dump() ==
        R"({"bound":[{"name":"a rung","value":-3.0},{"name":"another","value":-2.5}]})");
}

TEST_CASE("subject: a signal ends it") {
  interruptions = 1;
  CHECK_THROWS_AS(stop_if_interrupted(), Interrupted);
  interruptions = 0;
  CHECK_NOTHROW(stop_if_interrupted());
}
