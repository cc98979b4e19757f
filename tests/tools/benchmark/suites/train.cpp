#include <doctest/doctest.h>
#include <stdlib.h>

#include <optional>
#include <tests/tools/benchmark/peers/fake_twin.hpp>
#include <tests/tools/benchmark/suites/quick.hpp>
#include <tests/tools/program.hpp>

using namespace ebb::tools;

namespace {

// EBB_DATA as it is in this scope.
class DataFolder final {
 public:
  explicit DataFolder(const std::optional<std::string>& folder) {
    if (const char* value = getenv("EBB_DATA")) before_ = value;
    set(folder);
  }
  ~DataFolder() { set(before_); }

 private:
  static void set(const std::optional<std::string>& folder) {
    if (folder)
      setenv("EBB_DATA", folder->c_str(), 1);
    else
      unsetenv("EBB_DATA");
  }
  std::optional<std::string> before_;
};

nlohmann::ordered_json run_beside(const FakeTwin& twin) {
  benchmark::Options options;
  options.frameworks = {twin.python()};
  options.twins = twin.folder();
  return run_quickly(benchmark::run_train, options);
}

}  // namespace

TEST_CASE("bench train: noise, and MNIST beside a framework where EBB_DATA names it") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "mnist");
  write_image_set(folder.path() / "mnist", {.train = 310, .test = 2, .side = 28});
  const FakeTwin twin("[ -f $EBB_DATA/mnist/train-images-idx3-ubyte ] && echo '{\"best\": 0.5}'");
  const DataFolder data(folder.path().string());
  const auto tables = run_beside(twin);
  REQUIRE(tables.size() == 2);
  CHECK(tables[0]["title"] == "seconds per epoch of 300 images of noise");
  CHECK(tables[1]["title"] == "seconds per epoch of 300 images of MNIST");
  for (const auto& table : tables) {
    REQUIRE(table["rows"].size() == 3);
    for (const auto& row : table["rows"]) {
      CHECK(row["ratio"] > 0);
      CHECK(row["roof s"] > 0);
      CHECK(row.contains("jax s") == (&table == &tables[1]));
    }
    CHECK(table["rows"][2]["model"] == "vae");
    CHECK(table["rows"][2]["batch"] == 128);
  }
  CHECK(tables[1]["rows"][1]["jax s"] == 0.5);
}

TEST_CASE("bench train: without EBB_DATA there is noise alone, and nothing for frameworks") {
  const DataFolder none(std::nullopt);
  CHECK(run_quickly(benchmark::run_train).size() == 1);
  const FakeTwin twin("");
  CHECK_THROWS_WITH_AS(
      run_beside(twin),
      "--frameworks: they train on MNIST; name the folder that holds mnist/ in EBB_DATA",
      UsageError);
}
