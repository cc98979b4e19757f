#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <tensor/makers.hpp>
#include <tests/paths.hpp>
#include <tests/tools/page/browser.hpp>
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

// What goes wrong when a reader uses the page.
std::string problems(const PageRun& small) {
  Progress progress(true);
  write_report(small.report(), progress);
  std::string page = read_file(small.path() + "/report.html");
  const std::string drive = read_file(source_folder + "/tests/tools/page/drive.js");
  page.insert(page.rfind("</body>"),
              "<script>const expected = " + expected(small.open().recipe()).dump() + ";\n" + drive +
                  "drive();\n</script>\n");
  const std::string path = small.place.path() / "driven.html";
  write_file(path, page);
  const Finished shown = dom_of(path, small.place.path() / "profile");
  CHECK_MESSAGE(shown.errors.find("CONSOLE") == std::string::npos, shown.errors);
  return text_in(shown.output, "result");
}

}  // namespace

TEST_CASE(
    "tools/report: in a browser the page answers to mouse and keys, and decodes as Ebb does") {
  if (browser().empty()) return skip("no browser is installed; try apt-get install chromium");
  CHECK(problems(PageRun("vae")) == "all is well");
  CHECK(problems(PageRun("ae", {{"density", "mixture:3"}})) == "all is well");
}
