#include <doctest/doctest.h>

#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/training/checkpoints/checkpoints.hpp>
#include <tools/training/options.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace fs = std::filesystem;

namespace {

struct Place {
  Place() : folder(place.path() / "run", "ae") {
    folder.appear([] {});
    write_file(folder.path("metrics.jsonl"), "");
  }
  std::vector<std::string> names() const { return names_in(folder.path("checkpoints")); }

  TemporaryFolder place;
  RunFolder folder;
};

Checkpoint after(std::int64_t steps) {
  return {steps, {{"w", full({2}, steps)}}, {{"s", full({1}, steps, DType::float64)}}};
}

// What a checkpoint holds; throws where it is not whole.
double number_in(const std::string& path) {
  static_cast<void>(nn::read_safetensors(path + "/model.safetensors"));
  return nn::read_safetensors(path + "/state.safetensors")[0].second.item();
}

}  // namespace

TEST_CASE("checkpoints: an interval is a number of steps or a time") {
  CHECK(parse_interval("500").steps == 500);
  CHECK(parse_interval("10min").seconds == 600);
  CHECK(parse_interval("30s").seconds == 30);
  CHECK(parse_interval("2h").seconds == 7200);
  for (const char* wrong : {"", "0", "-1", "min", "5 min", "1.5h", "7d", "99999999999999999999"})
    CHECK_THROWS_AS(static_cast<void>(parse_interval(wrong)), UsageError);
  CHECK_THROWS_WITH_AS(
      static_cast<void>(parse_interval("often")),
      "--checkpoint-every: 'often' is no number of steps and no time; try 500 or 10min",
      UsageError);
}

TEST_CASE("checkpoints: the last two are kept, and are whole") {
  Place place;
  Checkpoints checkpoints(place.folder, {.steps = 1});
  CHECK(checkpoints.last() == -1);
  for (const std::int64_t steps : {0, 5, 70, 1'000'000}) checkpoints.write(after(steps));
  checkpoints.wait();
  CHECK(checkpoints.last() == 1'000'000);
  CHECK(place.names() == std::vector<std::string>{"000070", "1000000"});
  CHECK(names_in(place.folder.path("checkpoints/000070")) ==
        std::vector<std::string>{"model.safetensors", "state.safetensors"});
  CHECK(number_in(place.folder.path("checkpoints/1000000")) == 1'000'000);
}

TEST_CASE("checkpoints: it is time after so many steps; a minute has not gone by yet") {
  Place place;
  const Checkpoints steps(place.folder, {.steps = 3}), times(place.folder, {.seconds = 60}),
      always(place.folder, {.seconds = 1e-9});
  CHECK(!steps.due(1));
  CHECK(steps.due(3));
  CHECK(!times.due(3));
  CHECK(always.due(1));
  CHECK(steps.due_after_epoch());
}

TEST_CASE("checkpoints: the newest that is whole is taken, and those behind it go") {
  Place place;
  {
    Checkpoints checkpoints(place.folder, {.steps = 1});
    checkpoints.write(after(9));
    checkpoints.write(after(12));
  }
  double taken = 0;
  const auto take = [&](const std::string& path) { taken = number_in(path); };
  fs::create_directories(place.folder.path("checkpoints/notes"));
  fs::create_directories(place.folder.path("checkpoints/77"));  // no name of ours
  {
    Checkpoints checkpoints(place.folder, {.steps = 1});
    CHECK(checkpoints.take_newest(take).empty());
    CHECK(taken == 12);
    CHECK(checkpoints.last() == 12);
  }
  const auto cut = [&](const std::string& file) {
    const std::string path = place.folder.path("checkpoints/000012/" + file);
    write_file(path, read_file(path).substr(0, 20));
  };
  SUBCASE("a model that is cut") { cut("model.safetensors"); }
  SUBCASE("a state that is cut") { cut("state.safetensors"); }
  SUBCASE("no state") { fs::remove(place.folder.path("checkpoints/000012/state.safetensors")); }
  Checkpoints checkpoints(place.folder, {.steps = 1});
  const std::vector<std::string> notes = checkpoints.take_newest(take);
  REQUIRE(notes.size() == 1);
  CHECK_MESSAGE(notes[0].starts_with("passed over a checkpoint: "), notes[0]);
  CHECK(notes[0].find("000012") != std::string::npos);
  CHECK(taken == 9);
  CHECK(place.names() == std::vector<std::string>{"000009", "77", "notes"});
  checkpoints.write(after(12));
  checkpoints.wait();
  CHECK(place.names() == std::vector<std::string>{"000009", "000012", "77", "notes"});
}

TEST_CASE("checkpoints: where none is whole, that is an error") {
  Place place;
  Checkpoints checkpoints(place.folder, {.steps = 1});
  const auto take = [](const std::string& path) { static_cast<void>(number_in(path)); };
  const std::string name = place.folder.name();
  CHECK_THROWS_WITH_AS(
      checkpoints.take_newest(take),
      ("resume: " + name + " has no checkpoints; is it the folder of a run of tools/train?")
          .c_str(),
      FormatError);
  fs::create_directories(place.folder.path("checkpoints/000003"));
  const std::string said = message_of([&] { checkpoints.take_newest(take); });
  CHECK_MESSAGE(said.starts_with("resume: " + name + " has no checkpoint that is whole: "), said);
  CHECK(place.names() == std::vector<std::string>{"000003"});
}

TEST_CASE("checkpoints: what writing throws comes with the next call, and leaves nothing") {
  Place place;
  write_file(place.folder.path("checkpoints"), "in the way");
  Checkpoints checkpoints(place.folder, {.steps = 1});
  checkpoints.write(after(1));
  CHECK_THROWS_AS(checkpoints.write(after(2)), IoError);
  CHECK_NOTHROW(checkpoints.check());
  fs::remove(place.folder.path("checkpoints"));
  checkpoints.write(after(3));
  checkpoints.wait();
  CHECK(place.names() == std::vector<std::string>{"000003"});
}
