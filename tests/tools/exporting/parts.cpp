#include <doctest/doctest.h>

#include <set>
#include <tests/tools/exporting/models.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// "codes, labels to images, numbers"
std::string signature(const ExportedModel& model, const char* part) {
  const std::optional<Graph> graph = graph_of_part(part, *model.recipe, model.examples);
  if (!graph) return "";
  std::string words;
  for (const std::size_t input : graph->inputs)
    words += (words.empty() ? "" : ", ") + graph->values[input].name;
  for (const Graph::Output& output : graph->outputs)
    words += (output.name == graph->outputs[0].name ? " to " : ", ") + output.name;
  return words;
}

}  // namespace

TEST_CASE("parts: what goes in and comes out of each model") {
  const ExportedModel vae("vae"), ae("ae"), told("vae", {{"condition", "labels"}}),
      bent("vae", {{"flow", "planar:2"}}), classifier("classifier"),
      half("semi-supervised", {{"labels", "4"}});
  CHECK(signature(vae, "encoder") == "images to mean, log_variance");
  CHECK(signature(vae, "decoder") == "codes to images, numbers");
  CHECK(signature(ae, "encoder") == "images to mean");
  CHECK(signature(ae, "decoder") == "codes to images");
  CHECK(signature(told, "encoder") == "images, labels to mean, log_variance");
  CHECK(signature(told, "decoder") == "codes, labels to images, numbers");
  CHECK(signature(bent, "encoder") == "images to mean");
  CHECK(signature(half, "encoder") == "images to mean, log_variance, logits");
  CHECK(signature(half, "decoder") == "codes, labels to images, numbers");
  CHECK(signature(classifier, "encoder") == "images to logits");
  CHECK(signature(classifier, "decoder") == "");
}

TEST_CASE(
    "parts: all models are made of some dozen operations, and shapes have a free batch axis") {
  std::set<std::string> names;
  for (const ExportedModel& model : exported_models())
    for (const char* part : {"encoder", "decoder"}) {
      const std::optional<Graph> graph = graph_of_part(part, *model.recipe, model.examples);
      if (!graph) continue;
      for (const Graph::Operation& operation : graph->operations) {
        names.insert(operation.name);
        CHECK_MESSAGE(graph->values[operation.output].shape[0] == Graph::batch, model.words);
      }
      CHECK_MESSAGE(graph->weights() <= nn::count_parameters(model.recipe->model()) + 200,
                    model.words);
    }
  CHECK(names.size() < 36);
  CHECK(names.count("conv_transpose2d") == 1);
  CHECK(names.count("argmin") == 1);
}

TEST_CASE("parts: in words") {
  const ExportedModel vae("vae");
  CHECK(part_in_words("decoder", *vae.recipe) ==
        "decoder of a run of vae, variational autoencoder, by Ebb; loss: reconstruction + beta * "
        "kl; pixels: Bernoulli on logits; gray pixels in [0, 1] are the targets; units: nats per "
        "image");
  CHECK(value_in_words("numbers", *vae.recipe) == "what the likelihood takes: bernoulli");
  CHECK(value_in_words("anything", *vae.recipe).empty());
}
