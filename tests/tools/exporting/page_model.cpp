#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tests/paths.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>
#include <tests/tools/exporting/models.hpp>
#include <tools/exporting/page_model.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

using Json = nlohmann::ordered_json;

std::vector<float> floats(const Tensor& x) { return contiguous(x).to_vector<float>(); }

// A model, what a page gives it, and what Ebb makes of that: {"model": …, "calls": [{"part",
// "inputs", "count", "wanted"}]}.
Json case_of(const ExportedModel& model) {
  Json one = {{"words", model.words}, {"calls", Json::array()}};
  one["model"] = page_model(*model.recipe, model.examples);
  const nn::Batch batch = model.batch(4);
  for (const auto& part : one["model"]["parts"].items()) {
    Json call = {{"part", part.key()}, {"count", 4}};
    call["inputs"]["images"] = floats(batch.inputs);
    call["inputs"]["labels"] = batch.targets.to_vector<std::int32_t>();
    if (part.key() == "decoder") call["inputs"]["codes"] = floats(model.codes(batch));
    for (const auto& [name, value] : model.outputs(part.key(), batch))
      call["wanted"][name] = floats(value.value());
    one["calls"].push_back(std::move(call));
  }
  return one;
}

// The page prints what does not agree, "words part output difference", then "compared".
std::string page_of(const Json& cases) {
  return "<!doctype html><meta charset=utf-8><pre id=out></pre><script id=cases "
         "type=application/json>" +
         cases.dump() + "</script><script>" +
         read_file(source_folder + "/tools/page/web/images/model.js") + R"(
async function compare() {
  const out = document.getElementById("out");
  for (const {words, model: json, calls} of JSON.parse(document.getElementById("cases").textContent)) {
    const model = await EbbModel.load(json);
    for (const {part, inputs, count, wanted} of calls) {
      const found = model.run(part, inputs, count);
      for (const [name, numbers] of Object.entries(wanted)) {
        const off = numbers.reduce((most, x, i) => Math.max(most, Math.abs(x - found[name][i])), 0);
        if (!(off < 1e-3) || found[name].length !== numbers.length)
          out.textContent += `${words} ${part} ${name}: ${off}\n`;
      }
    }
  }
  const errors = [];
  const model = await EbbModel.load(JSON.stringify(JSON.parse(document.getElementById("cases").textContent)[0].model));
  const strange = JSON.parse(document.getElementById("cases").textContent)[0].model;
  strange.parts.encoder.operations[0].name = "sort";
  errors.push((await EbbModel.load(strange)).missing.encoder);
  for (const call of [() => model.run("other", {}, 1), () => model.run("decoder", {codes: [1]}, 2)])
    try { call(); } catch (error) { errors.push(error.message); }
  out.textContent += errors.join("; ") + "; inputs " + JSON.stringify(model.inputs("decoder")) + "; compared";
}
compare().catch((error) => { document.getElementById("out").textContent += error.stack; });
</script>)";
}

}  // namespace

TEST_CASE("page_model: the parts, their values, weights and operations") {
  const ExportedModel vae("vae");
  const Json model = page_model(*vae.recipe, vae.examples);
  CHECK(model["missing"].empty());
  CHECK(model["likelihood"] == "bernoulli");
  const Json& decoder = model["parts"]["decoder"];
  CHECK(decoder["inputs"].dump() == R"([{"name":"codes","value":0}])");
  CHECK(decoder["values"][0].dump() == "[-1,3]");
  CHECK(decoder["operations"][0]["name"] == "linear");
  CHECK(decoder["operations"][1]["name"] == "relu");
  CHECK(decoder["outputs"][0]["name"] == "images");
  CHECK(decoder["weights"][0][0] == 1);
  // A weight is within ±1/√3 of the layer's three inputs.
  CHECK(decoder["weights"][0][2].get<double>() == doctest::Approx(0.577 / 32767).epsilon(0.2));
}

TEST_CASE("page_model: what is not there, or too large, is missing for a reason in words") {
  const ExportedModel classifier("classifier");
  CHECK(page_model(*classifier.recipe, classifier.examples)["missing"].dump() ==
        R"({"decoder":"a multilayer perceptron on labelled images has none"})");
  const ExportedModel large("vae", {{"hidden", "1300"}}, {1, 28, 28});
  const Json model = page_model(*large.recipe, large.examples);
  CHECK(model["parts"].empty());
  CHECK(model["missing"]["decoder"] ==
        "its 1,025,184 weights are more than a page holds, 1,000,000");
  const ExportedModel half("vae", {{"hidden", "700"}}, {1, 28, 28});
  const Json one = page_model(*half.recipe, half.examples);
  CHECK(one["parts"].contains("decoder"));
  CHECK(
      one["missing"].dump() ==
      R"({"encoder":"its 553,706 weights and those of the decoder are more than a page holds, 1,000,000"})");
}

TEST_CASE("page_model: the default vae leaves room for the rest of a page of 2 MB") {
  const ExportedModel vae("vae", {{"hidden", "400"}, {"latent", "20"}}, {1, 28, 28});
  CHECK(page_model(*vae.recipe, vae.examples).dump().size() < 1'760'000);
}

// It takes a second or two, which a browser needs to start.
TEST_CASE("page_model: a page computes what Ebb computes") {
  const char* const browser = "chromium";
  if (run({"sh", "-c", std::string("command -v ") + browser}).exit_code != 0)
    return skip("chromium is missing");
  Json cases = Json::array();
  for (const ExportedModel& model : exported_models()) cases.push_back(case_of(model));
  const TemporaryFolder place;
  write_file(place.path() / "page.html", page_of(cases));
  const Finished finished =
      run({browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000",
           "--user-data-dir=" + (place.path() / "profile").string(), "--dump-dom",
           "file://" + (place.path() / "page.html").string()});
  const std::string begin = "<pre id=\"out\">";
  const std::size_t from = finished.output.find(begin), to = finished.output.find("</pre>");
  REQUIRE_MESSAGE(from != std::string::npos, finished.errors);
  CHECK(finished.output.substr(from + begin.size(), to - from - begin.size()) ==
        "the page knows no operation sort; other: there is no such part; decoder: codes must be 6 "
        "numbers, for 2 examples; inputs "
        "{\"codes\":[-1,3]}; compared");
}
