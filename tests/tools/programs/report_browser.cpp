#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <tensor/makers.hpp>
#include <tests/paths.hpp>
#include <tests/tools/page/browser.hpp>
#include <tests/tools/page/kinds/file_run.hpp>
#include <tests/tools/page/page_run.hpp>
#include <tools/page/report.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

// Codes, and what Ebb's decoder makes of them.
Json expected(const Recipe& recipe) {
  const NoGrad constants;
  Random noise{3};
  nn::Pass pass{noise};
  const Tensor codes = randn({2, 3}, noise);
  const Tensor images = recipe.decode(codes, pass, {}).inputs;
  return {{"codes", codes.to_vector<float>()}, {"images", images.to_vector<float>()}, {"count", 2}};
}

// What goes wrong when a reader uses the page: `parts` of drive.js, and what they need.
std::string problems(const ReportOptions& report, const std::string& parts,
                     const std::string& before = "") {
  Progress progress(true);
  write_report(report, progress);
  const TemporaryFolder place;
  std::string page = read_file(report.path());
  CHECK(page.size() < 2'000'000);
  const std::string drive = read_file(source_folder + "/tests/tools/page/drive.js");
  page.insert(page.rfind("</body>"),
              "<script>" + before + "\n" + drive + "drive(" + parts + ");\n</script>\n");
  const std::string path = place.path() / "driven.html";
  write_file(path, page);
  const Finished shown = dom_of(path, place.path() / "profile");
  CHECK_MESSAGE(shown.errors.find("CONSOLE") == std::string::npos, shown.errors);
  return text_in(shown.output, "result");
}

std::string problems(const PageRun& small) {
  return problems(small.report(), "drivePage, driveMap, driveImages, driveModel",
                  "const expected = " + expected(small.open().recipe()).dump() + ";");
}

}  // namespace

TEST_CASE(
    "tools/report: in a browser the page answers to mouse and keys, and decodes as Ebb does") {
  if (browser().empty()) return skip("no browser is installed; try apt-get install chromium");
  CHECK(problems(PageRun("vae")) == "all is well");
  CHECK(problems(PageRun("ae", {{"density", "mixture:3"}})) == "all is well");
}

TEST_CASE("tools/report: in a browser texts and rows are shown as they are, whatever they hold") {
  if (browser().empty()) return skip("no browser is installed; try apt-get install chromium");
  CHECK(problems(TextRun().report(), "drivePage, driveMap, driveTexts") == "all is well");
  CHECK(problems(TextRun("--network lstm").report(), "drivePage, driveTexts") == "all is well");
  CHECK(problems(TableRun().report(), "drivePage, driveMap, driveRows") == "all is well");
}

TEST_CASE("tools/report: in a browser runs of several kinds stand side by side") {
  if (browser().empty()) return skip("no browser is installed; try apt-get install chromium");
  const TextRun text;
  const TableRun rows;
  const PageRun images("vae");
  const std::string page = text.place.path() / "all.html";
  const ReportOptions all = {
      .runs = {rows.path(), images.path(), text.path()}, .out = page, .quiet = true};
  CHECK(problems(all, "drivePage, driveMap, driveRows") == "all is well");
}
