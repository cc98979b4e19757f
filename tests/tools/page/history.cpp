#include <doctest/doctest.h>

#include <tests/support.hpp>
#include <tools/common/base64.hpp>
#include <tools/page/history.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("history: strips by epoch, whatever else lies there") {
  const TemporaryFolder run;
  CHECK(history_of(run.path()).is_null());
  const std::filesystem::path folder = run.path() / "history";
  std::filesystem::create_directories(folder);
  write_file(folder / "samples-000010.png", "ten");
  write_file(folder / "samples-000002.png", "two");
  write_file(folder / "samples-x.png", "?");
  write_file(folder / "originals.png", "images");
  const Json history = history_of(run.path());
  CHECK(history["samples"]["epochs"] == Json{2, 10});
  CHECK(history["samples"]["strips"][1] == "data:image/png;base64," + base64("ten"));
  CHECK(history["reconstructions"].is_null());
  CHECK(history["originals"] == "data:image/png;base64," + base64("images"));
}

TEST_CASE("history: of many epochs some are shown, with the first and the last") {
  const TemporaryFolder run;
  std::filesystem::create_directories(run.path() / "history");
  for (int epoch = 0; epoch < 40; ++epoch)
    write_file(run.path() / "history" / ("reconstructions-" + std::to_string(epoch) + ".png"), "");
  const Json epochs = history_of(run.path())["reconstructions"]["epochs"];
  CHECK(epochs.size() == 16);
  CHECK(epochs.front() == 0);
  CHECK(epochs.back() == 39);
}
