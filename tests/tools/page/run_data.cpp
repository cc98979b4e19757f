#include <doctest/doctest.h>

#include <tests/tools/page/page_run.hpp>
#include <tools/page/run_data.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Json data_of(const PageRun& run) {
  Progress progress(true);
  return data_of_run(run.path(), run.report(), progress);
}

}  // namespace

TEST_CASE("run data: what a model lacks is null, and a sentence says why") {
  const Json data = data_of(PageRun("classifier"));
  for (const char* section : {"codes", "examples", "samples", "history"}) {
    CHECK(data[section].is_null());
    CHECK_MESSAGE(data["gaps"][section].get<std::string>().ends_with("."), section);
  }
  CHECK(data["curves"]["epoch"] == Json{1, 2});
  CHECK(data["facts"]["model"] == "classifier");
}

TEST_CASE("run data: without the files that it learned from a run shows what it can") {
  const PageRun small("vae");
  std::filesystem::remove_all(small.place.path() / "data");
  const Json data = data_of(small);
  CHECK(data["images"].is_null());
  CHECK(data["gaps"]["codes"].get<std::string>().starts_with(
      "The data that the run learned from are not there: "));
  CHECK(data["samples"]["images"]["count"] == 24);
  CHECK(message_of<DataError>([] {
          Progress progress(true);
          return data_of_run("nowhere", {}, progress).size();
        }) == "read nowhere/config.json: No such file or directory; check the path");
}
