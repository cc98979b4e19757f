#include <doctest/doctest.h>

#include <tests/tools/page/kinds/file_run.hpp>
#include <tools/page/examples.hpp>
#include <tools/page/kinds/texts.hpp>
#include <tools/training/text_lines.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Json section(const OpenedRun& run, const std::string& name) {
  for (const Section& one : kind_of(run.trained)->sections(run))
    if (one.name == name) return one.data;
  FAIL(name);
  return nullptr;
}

}  // namespace

TEST_CASE("texts on a page: test texts as lines, cut where they are long") {
  const TextRun small;
  const OpenedRun run = small.open();
  const Json shown = shown_of(run, *kind_of(run.trained));
  CHECK(shown["count"] == 16);
  CHECK(shown["labels"].is_null());
  for (const Json& line : shown["examples"]) {
    const std::string text = line;
    CHECK(text.size() <= 400 + 3);  // "…" has three bytes
    if (text[0] == 'x') CHECK(text.ends_with("x…"));
    if (text[0] != 'x') CHECK(strange_lines().find(text + "\n") != std::string::npos);
  }
}

TEST_CASE("texts on a page: single ones with what each token costs, and made again") {
  const TextRun small;
  const OpenedRun run = small.open();
  const Json examples = examples_of(run, *kind_of(run.trained));
  const Json& worst = examples["worst"];
  REQUIRE(worst["entries"].size() == 8);
  CHECK(worst["examples"].size() == 8);
  CHECK(worst["reconstructions"].size() == 8);
  CHECK(worst["entries"][0]["strangeness"] >= worst["entries"][1]["strangeness"]);
  for (std::size_t i = 0; i < 8; ++i) {
    const Json& tokens = worst["entries"][i]["tokens"];
    std::string whole;
    for (const Json& piece : tokens["pieces"]) whole += piece.get<std::string>();
    const std::string line = worst["examples"][i];
    CHECK(whole.substr(0, 20) == line.substr(0, 20));
  }
}

TEST_CASE("texts on a page: samples are those of samples.txt, and training texts are found") {
  const TextRun small("--latent 2");
  const OpenedRun run = small.open();
  const Json samples = kind_of(run.trained)->samples(run);
  CHECK(samples["searched"] == 24);
  REQUIRE(samples["groups"].size() == 2);
  CHECK(samples["groups"][0]["temperature"] == 1.0);
  const std::vector<std::string> stored =
      lines_of(read_file(small.place.path() / "run/samples.txt"));
  for (std::size_t i = 0; i < 20; ++i) {
    const std::string line = samples["groups"][0]["examples"][i];
    CHECK(stored[i].substr(0, 100) == line.substr(0, 100));
    CHECK(samples["groups"][0]["remembered"][i] ==
          (strange_lines().find("\n" + stored[i] + "\n") != std::string::npos));
  }
  std::filesystem::remove(small.place.path() / "lines.txt");
  const OpenedRun without = small.open();
  CHECK(kind_of(without.trained)->samples(without)["groups"][1]["remembered"].is_null());
}

TEST_CASE("texts on a page: walks begin and end with what the codes of two texts become") {
  const TextRun small;
  const OpenedRun run = small.open();
  const Json walks = section(run, "walks");
  REQUIRE(walks.size() == 6);
  const nn::Batch ends = chosen(run.test(), {0, 1});
  const auto* const kind = std::get_if<nn::TextExample>(&run.trained.examples.kind);
  const std::vector<std::string> again =
      lines_of(reconstructed(run.recipe(), ends), *kind->vocabulary);
  REQUIRE(walks[0]["texts"].size() == 9);
  const std::string first = walks[0]["texts"][0], last = walks[0]["texts"][8];
  CHECK(first.substr(0, 100) == again[0].substr(0, 100));
  CHECK(last.substr(0, 100) == again[1].substr(0, 100));
  const TextRun plain("");
  const OpenedRun language = plain.open();
  CHECK(section(language, "walks").is_null());
  CHECK(language.why_no_codes() == "The model, text, has no codes: its --latent is 0.");
}
