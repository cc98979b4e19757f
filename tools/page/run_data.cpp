#include <fmt/format.h>

#include <tools/page/codes.hpp>
#include <tools/page/curves.hpp>
#include <tools/page/examples.hpp>
#include <tools/page/facts.hpp>
#include <tools/page/kinds/kind.hpp>
#include <tools/page/run_data.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

// Collects sections, and why some are not there.
class Sections final {
 public:
  explicit Sections(Json& data) : data_(data) { data_["gaps"] = Json::object(); }

  void add(const std::string& name, Json section, const std::string& otherwise) {
    if (section.is_null()) data_["gaps"][name] = otherwise;
    data_[name] = std::move(section);
  }

 private:
  Json& data_;
};

void add_test_sections(Sections& sections, const OpenedRun& run, const PageKind& kind,
                       Progress& progress) {
  const std::string model = run.recipe().name();
  const auto show = [&](const char* what) {
    if (progress.due()) progress.show(fmt::format("{}: {}", run.folder, what));
  };
  show("test examples");
  sections.add("shown", run.data ? shown_of(run, kind) : Json(),
               run.data ? "The examples are neither images, texts nor rows." : run.why_nothing());
  show("codes");
  sections.add("codes", run.data ? codes_of(run) : Json(), run.why_no_codes());
  show("examples");
  sections.add("examples", run.data ? examples_of(run, kind) : Json(),
               run.data ? fmt::format("The model, {}, has neither a likelihood nor "
                                      "reconstructions to score an example by.",
                                      model)
                        : run.why_nothing());
}

// How many test examples there is room for beside the rest of the page, so that it stays below two
// megabytes.
std::int64_t shown_beside(const std::vector<Section>& parts, const PageKind& kind,
                          const OpenedRun& run) {
  constexpr std::int64_t most_bytes = 1'700'000, fewest = 64;
  std::int64_t taken = 0;
  for (const Section& part : parts) taken += static_cast<std::int64_t>(part.data.dump().size());
  const std::int64_t each = kind.bytes_of_each() + 64;  // with its code
  return std::min(run.shown, std::max(fewest, (most_bytes - taken) / each));
}

}  // namespace

Json data_of_run(const std::string& folder, const ReportOptions& options, Progress& progress) {
  OpenedRun run = open_for_page(folder, options);
  const std::unique_ptr<PageKind> kind = kind_of(run.trained);
  std::vector<Section> parts = kind->sections(run);
  run.shown = shown_beside(parts, *kind, run);
  Json data = {{"facts", facts_of(run)}, {"curves", curves_of(folder)}};
  data["facts"]["truth"] = run.data ? kind->truth(run) : Json();
  Sections sections(data);
  add_test_sections(sections, run, *kind, progress);
  sections.add("samples", kind->samples(run),
               fmt::format("The model, {}, has no distribution to draw new {} from.",
                           run.recipe().name(), name_of(run.trained.examples)));
  for (Section& part : parts) sections.add(part.name, std::move(part.data), part.otherwise);
  return data;
}

}  // namespace ebb::tools
