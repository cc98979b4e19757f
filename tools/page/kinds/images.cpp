#include <fmt/format.h>

#include <tools/exporting/page_model.hpp>
#include <tools/page/encoding.hpp>
#include <tools/page/history.hpp>
#include <tools/page/kinds/image_samples.hpp>
#include <tools/page/kinds/images.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

// The model itself, as far as a page holds it.
Json network_of(const OpenedRun& run) {
  Json network = page_model(run.recipe(), run.trained.examples);
  return network.at("parts").empty() ? Json() : network;
}

class Images final : public PageKind {
 public:
  explicit Images(const nn::ImageExample& images)
      : numbers_(images.channels * images.height * images.width) {}

  Json shown(const nn::Batch& examples, bool whole) const override {
    return sprite(whole ? examples.inputs : shrunk(examples.inputs));
  }
  std::int64_t bytes_of_each() const override { return numbers_ / 3; }
  Json samples(const OpenedRun& run) const override { return image_samples(run); }
  std::vector<Section> sections(const OpenedRun& run) const override {
    return {{"network", network_of(run),
             fmt::format("No part of the model, {}, runs in a page.", run.recipe().name())},
            {"history", history_of(run.folder),
             "The run kept no pictures of its epochs: there is no folder history in it."}};
  }

 private:
  std::int64_t numbers_;
};

}  // namespace

std::unique_ptr<PageKind> page_kind(const nn::ImageExample& images) {
  return std::make_unique<Images>(images);
}

}  // namespace ebb::tools
