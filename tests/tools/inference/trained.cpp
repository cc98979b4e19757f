#include <doctest/doctest.h>

#include <tensor/compare.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/trained.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

template <class Kind>
std::string refusal(const InferenceOptions& options, const Trained& trained) {
  return message_of<Kind>([&] { return examples_for(options, trained).count(); });
}

}  // namespace

TEST_CASE("trained: opened without its data, with the width of its code") {
  for (const auto& [model, width] :
       {std::pair("ae", 3), std::pair("vae", 3), std::pair("vq", 64), std::pair("classifier", 0)}) {
    SmallRun small(model);
    train(small);
    std::filesystem::remove_all(small.place.path() / "data");
    const Trained trained = open_trained(small.folder->name());
    CHECK(trained.recipe->name() == std::string(model));
    CHECK(trained.code_width() == width);
  }
  CHECK(message_of<DataError>([] { return open_trained("nowhere").code_width(); }) ==
        "read nowhere/config.json: No such file or directory; check the path");
}

TEST_CASE("trained: a part of its own data, binarized as tools/evaluate does, or other data") {
  SmallRun small("vae", 1, {{"binarize", "dynamic"}});
  small.options.data = (small.place.path() / "data").string();
  train(small);
  const Trained trained = open_trained(small.folder->name());
  const PreparedExamples test = examples_for({}, trained),
                         train = examples_for({.part = "train"}, trained);
  CHECK(test.count() == 20);
  CHECK(train.count() == 70);
  const Subject subject = open_subject({.run = small.folder->name()});
  CHECK(equal(test.batch(0).inputs, subject.test().batch(0).inputs));
  CHECK(equal(train.batch(0).inputs, subject.train().batch(0).inputs));
  const std::filesystem::path more = small.place.path() / "more", larger = small.place.path() / "l";
  write_image_set(more, {.train = 30, .test = 5});
  CHECK(examples_for({.data = more.string()}, trained).count() == 5);
  write_image_set(larger, {.train = 30, .test = 5, .side = 8});
  CHECK(refusal<UsageError>({.data = larger.string()}, trained) ==
        "--data: examples of 1 x 8 x 8, but the model was built for 1 x 6 x 6; try other data");
  CHECK(refusal<DataError>({.data = "nowhere"}, trained) ==
        "data: there is no file or folder nowhere; check the path");
}

TEST_CASE("trained: what is found of batches lies side by side") {
  SmallRun small("ae");
  const PreparedExamples examples(small.data->train, *small.recipe, Random{1});
  const nn::Batch all = collect(examples, [](const nn::Batch& batch) { return batch; });
  CHECK(all.inputs.shape() == Shape{70, 1, 6, 6});
  CHECK(all.targets.shape() == Shape{70});
  const nn::Batch bare =
      collect(examples, [](const nn::Batch& batch) { return nn::Batch{.inputs = batch.inputs}; });
  CHECK(bare.targets.count() == 0);
}
