// Covers: tools/page/kinds/kind.cpp, tools/page/kinds/images.cpp
#include <doctest/doctest.h>

#include <tests/tools/page/kinds/file_run.hpp>
#include <tests/tools/page/page_run.hpp>
#include <tools/inference/scores.hpp>
#include <tools/page/examples.hpp>
#include <tools/page/kinds/rows.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> names_of(const std::vector<Section>& sections) {
  std::vector<std::string> names;
  for (const Section& one : sections) names.push_back(one.name + (one.data.is_null() ? "?" : ""));
  return names;
}

}  // namespace

TEST_CASE("rows on a page: single ones with the cell that makes them odd") {
  const TableRun small;
  const OpenedRun run = small.open();
  const auto kind = kind_of(run.trained);
  const Json examples = examples_of(run, *kind);
  const std::vector<OddCell> odd = find_odd_cells(run.recipe(), run.test());
  const Json& worst = examples["worst"];
  REQUIRE(worst["entries"].size() == 8);
  CHECK(worst["examples"][0].size() == 6);
  CHECK(worst["reconstructions"][0].size() == 6);
  CHECK(worst["reconstructions"][0][0].is_null());
  for (const Json& entry : worst["entries"]) {
    const OddCell& cell = odd[entry["index"].get<std::size_t>()];
    CHECK(entry["odd_nats"].get<double>() == doctest::Approx(cell.nats).epsilon(.01));
    if (cell.nats > 0) CHECK(entry["odd"] == cell.place);
    CHECK(entry["expected"].is_string());
  }
}

TEST_CASE("rows on a page: columns, relations and missing cells, where there are data") {
  const TableRun small;
  const OpenedRun run = small.open();
  const auto kind = kind_of(run.trained);
  CHECK(names_of(kind->sections(run)) ==
        std::vector<std::string>{"columns", "relations", "missing"});
  CHECK(kind->samples(run)["examples"].size() == 12);
  CHECK(kind->truth(run).is_null());
  std::filesystem::remove(small.place.path() / "rows.csv");
  const OpenedRun without = small.open();
  const std::vector<Section> sections = kind->sections(without);
  CHECK(names_of(sections) == std::vector<std::string>{"columns?", "relations?", "missing?"});
  CHECK(sections[0].otherwise.starts_with("The data that the run learned from are not there: "));
  CHECK(kind->samples(without)["examples"].size() == 12);
}

TEST_CASE("kinds of pages: images bring the model and its history") {
  const PageRun small("vae");
  const OpenedRun run = small.open();
  const auto kind = kind_of(run.trained);
  CHECK(names_of(kind->sections(run)) == std::vector<std::string>{"network", "history"});
  const nn::Batch two = chosen(run.test(), {0, 1});
  CHECK(kind->shown(two)["count"] == 2);
  CHECK(kind->bytes_of_each() == 12);
  CHECK(kind->details(run, {0}).is_null());
  CHECK(kind->truth(run).is_null());
  Trained arrays = open_trained(small.path());
  arrays.examples.kind = nn::ArrayExample{{7}};
  CHECK(kind_of(arrays)->shown(two).is_null());
  CHECK(kind_of(arrays)->samples(run).is_null());
  CHECK(kind_of(arrays)->sections(run).empty());
}
