#include <fmt/format.h>

#include <tools/exporting/page_model.hpp>
#include <tools/page/codes.hpp>
#include <tools/page/curves.hpp>
#include <tools/page/examples.hpp>
#include <tools/page/facts.hpp>
#include <tools/page/history.hpp>
#include <tools/page/opened.hpp>
#include <tools/page/run_data.hpp>
#include <tools/page/samples.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

// Collects sections, and why some are not there.
class Sections final {
 public:
  explicit Sections(Json& data) : data_(data) { data_["gaps"] = Json::object(); }

  void add(const char* name, Json section, const std::string& otherwise) {
    if (section.is_null()) data_["gaps"][name] = otherwise;
    data_[name] = std::move(section);
  }

 private:
  Json& data_;
};

void add_test_sections(Sections& sections, const OpenedRun& run, Progress& progress) {
  const std::string model = run.recipe().name();
  const std::string gone =
      "The data that the run learned from are not there: " + run.why_no_data + ".";
  const auto show = [&](const char* what) {
    if (progress.due()) progress.show(fmt::format("{}: {}", run.folder, what));
  };
  show("images");
  sections.add("images", run.data && run.has_images() ? images_of(run) : Json(),
               run.data ? "The examples are no images." : gone);
  show("codes");
  sections.add("codes", run.data ? codes_of(run) : Json(),
               run.data ? fmt::format("The model, {}, has no codes.", model) : gone);
  show("examples");
  sections.add("examples", run.data ? examples_of(run) : Json(),
               run.data ? fmt::format("The model, {}, has neither a likelihood nor "
                                      "reconstructions to score an example by.",
                                      model)
                        : gone);
}

// The model itself, as far as a page holds it.
Json network_of(const OpenedRun& run) {
  const Json network = page_model(run.recipe(), run.trained.examples);
  return network.at("parts").empty() ? Json() : network;
}

// How many test images there is room for beside the model, so that a page stays below two
// megabytes.
std::int64_t shown_beside(const Json& network, const OpenedRun& run) {
  constexpr std::int64_t most_bytes = 1'700'000, fewest = 64;
  const auto taken = static_cast<std::int64_t>(network.dump().size());
  const std::int64_t each = run.trained.examples.shape().count() / 3 + 64;  // with its code
  return std::min(run.shown, std::max(fewest, (most_bytes - taken) / each));
}

}  // namespace

Json data_of_run(const std::string& folder, const ReportOptions& options, Progress& progress) {
  OpenedRun run = open_for_page(folder, options);
  Json network = network_of(run);
  run.shown = shown_beside(network, run);
  Json data = {{"facts", facts_of(run)}, {"curves", curves_of(folder)}};
  Sections sections(data);
  add_test_sections(sections, run, progress);
  sections.add("samples", samples_of(run),
               fmt::format("The model, {}, has no distribution to draw new images from.",
                           run.recipe().name()));
  sections.add("network", std::move(network),
               fmt::format("No part of the model, {}, runs in a page.", run.recipe().name()));
  sections.add("history", history_of(folder),
               "The run kept no pictures of its epochs: there is no folder history in it.");
  return data;
}

}  // namespace ebb::tools
