// Covers: tools/training/reporters/shown.cpp
#include <doctest/doctest.h>

#include <cmath>
#include <nn/data/loader.hpp>
#include <nn/files/image.hpp>
#include <nn/parts.hpp>
#include <tensor/elementwise.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/training/reporters/shown.hpp>

using namespace ebb::tools;
namespace fs = std::filesystem;

namespace {

const Metrics nothing;

// A run whose reporter of pictures is told what a test wants it to be told.
struct Told {
  explicit Told(const char* model, const SmallRun::More& more = {}) : small(model, 1, more) {
    initialize(small.recipe->model(), {.seed = 1});
  }
  fs::path folder() const { return run.folder.path("history"); }
  std::vector<std::string> names() const {
    return fs::exists(folder()) ? names_in(folder()) : std::vector<std::string>{};
  }
  void begin(std::int64_t epochs) {
    run.resumes = epochs > 0;
    weights_of(epochs);
    reporter = report_history(run);
    reporter->begin({.steps = 3 * epochs, .epochs = epochs});
  }
  // Weights that follow from the epoch, as those of a run do.
  void weights_of(std::int64_t number) {
    const ebb::nn::Parts parts(small.recipe->model());
    for (const auto& [name, parameter] : parts.parameters)
      parameter->set(parameter->value() * 0 + std::sin(static_cast<double>(number)));
  }
  void epoch(std::int64_t number) {
    weights_of(number);
    reporter->epoch({number, 3 * number, 0.5, 0.25, nothing, nothing});
  }
  void epochs(std::int64_t first, std::int64_t last) {
    for (std::int64_t number = first; number <= last; ++number) epoch(number);
  }
  std::string contents() const {
    std::string all;
    for (const std::string& name : names()) all += name + read_file(folder() / name);
    return all;
  }

  SmallRun small;
  Run run = small.run();
  std::unique_ptr<Reporter> reporter;
};

}  // namespace

TEST_CASE("history: the first ten epochs are shown, then ten and five of each power of ten") {
  std::vector<std::int64_t> shown;
  for (std::int64_t epoch = 0; epoch <= 1'000'000; ++epoch)
    if (is_shown(epoch)) shown.push_back(epoch);
  CHECK(shown == std::vector<std::int64_t>{0,      1,      2,      3,      4,      5,      6,
                                           7,      8,      9,      10,     13,     16,     20,
                                           25,     32,     40,     50,     63,     79,     100,
                                           158,    251,    398,    631,    1000,   1585,   2512,
                                           3981,   6310,   10000,  15849,  25119,  39811,  63096,
                                           100000, 158489, 251189, 398107, 630957, 1000000});
}

TEST_CASE("history: eight images in a row, the same of the test set after each shown epoch") {
  Told told("vae");
  told.begin(0);
  CHECK(told.names() == std::vector<std::string>{"originals.png", "reconstructions-000000.png",
                                                 "samples-000000.png"});
  told.epochs(1, 11);
  CHECK(told.names().size() == 1 + 2 * 11);
  told.reporter->end(33, true);
  const std::vector<std::string> names = told.names();
  REQUIRE(names.size() == 1 + 2 * 12);
  CHECK(names.front() == "originals.png");
  CHECK(names[1] == "reconstructions-000000.png");
  CHECK(names[12] == "reconstructions-000011.png");
  CHECK(names.back() == "samples-000011.png");
  const std::vector<float> pixels =  // [20, 1, 6, 6]
      ebb::nn::Loader(told.small.images.test, {.batch_size = 20, .shuffle = false})
          .epoch(0)
          .batch(0)
          .inputs.to_vector<float>();
  const ebb::nn::Image originals = ebb::nn::read_image(told.folder() / "originals.png");
  CHECK(originals.size.channels == 1);
  CHECK(originals.size.height == 6);
  REQUIRE(originals.size.width == 8 * 6);
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t y = 0; y < 6; ++y)
      for (std::size_t x = 0; x < 6; ++x)
        CHECK(originals.pixels[y * 48 + 6 * i + x] ==
              std::lround(255 * pixels[(i * 6 + y) * 6 + x]));
  for (const std::string& name : names)
    CHECK(ebb::nn::read_image(told.folder() / name).size.width == 8 * 6);
}

TEST_CASE("history: a run that goes on from anywhere has the pictures of one that never stopped") {
  Told whole("vae");
  whole.begin(0);
  whole.epochs(1, 14);
  whole.reporter->end(42, true);
  for (const std::int64_t stopped : {1, 3, 11, 12, 13, 14})
    for (const std::int64_t back : {0, 1, 2})
      for (const bool with_end : {false, true}) {
        CAPTURE(stopped);
        CAPTURE(back);
        CAPTURE(with_end);
        Told told("vae");
        told.begin(0);
        told.epochs(1, stopped);
        if (with_end) told.reporter->end(3 * stopped, false);
        told.begin(std::max<std::int64_t>(0, stopped - back));
        told.epochs(std::max<std::int64_t>(0, stopped - back) + 1, 14);
        told.reporter->end(42, true);
        CHECK(told.contents() == whole.contents());
      }
}

TEST_CASE("history: after a run that has ended, its end alone is told again") {
  Told told("ae");
  told.begin(0);
  told.epochs(1, 11);
  told.reporter->end(33, true);
  const std::string before = told.contents();
  told.begin(11);
  CHECK(told.contents() != before);  // it may go on beyond epoch 11, which is not shown
  told.reporter->end(33, true);
  CHECK(told.contents() == before);
}

TEST_CASE("history: a model has the pictures that it can make") {
  const std::vector<std::string> reconstructions = {"originals.png", "reconstructions-000000.png",
                                                    "reconstructions-000001.png"};
  for (const SmallRun::More& more : {SmallRun::More{}, {{"density", "mixture:2"}}}) {
    Told ae("ae", more);
    ae.begin(0);
    ae.epoch(1);
    ae.reporter->end(3, true);
    CHECK(ae.names() == reconstructions);
  }
  Told classifier("classifier");
  classifier.begin(0);
  classifier.epoch(1);
  classifier.reporter->end(3, true);
  CHECK(classifier.names().empty());
}

TEST_CASE("history: what lies there besides stays") {
  Told told("ae");
  told.begin(0);
  write_file(told.folder() / "notes-of-mine.txt", "mine");
  told.begin(1);
  CHECK(told.names().size() == 3);
}

TEST_CASE("history: a file that cannot be written is named") {
  Told told("ae");
  told.begin(0);
  fs::remove_all(told.folder());
  write_file(told.folder(), "in the way");
  CHECK(message_of([&] {
          told.epoch(1);
          return 0;
        }).starts_with("write " + told.folder().string()));
}

TEST_CASE("shown: images of two moments are the same, and so is the noise of new ones") {
  Told told("vae");
  CHECK(image_width(told.run) == 6);
  const auto [originals, again] = reconstruct_some(told.run, 5);
  CHECK(again.shape() == ebb::Shape{5, 1, 6, 6});
  CHECK(again.to_vector<float>() == reconstruct_some(told.run, 5).again.to_vector<float>());
  CHECK(originals.to_vector<float>() != again.to_vector<float>());
  CHECK(sample_some(told.run, 4).to_vector<float>() == sample_some(told.run, 4).to_vector<float>());
  const Told classifier("classifier");
  CHECK(reconstruct_some(classifier.run, 5).again.count() == 0);
  CHECK(sample_some(classifier.run, 5).count() == 0);
}
