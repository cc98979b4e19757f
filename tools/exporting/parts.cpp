#include <fmt/format.h>

#include <autograd/gradients.hpp>
#include <tensor/makers.hpp>
#include <tools/exporting/parts.hpp>

namespace ebb::tools {

namespace {

// Of one example that is all 0: what the encoder makes of it.
Outputs probe(const Recipe& recipe, const nn::Examples& examples) {
  const NoGrad constants;
  Shape shape = examples.shape();
  shape.insert(0, 1);
  return recipe.encoder_outputs({.inputs = zeros(shape), .targets = zeros({1}, DType::int32)});
}

}  // namespace

std::optional<Graph> graph_of_part(const std::string& part, const Recipe& recipe,
                                   const nn::Examples& examples) {
  const bool images = std::holds_alternative<nn::ImageExample>(examples.kind),
             encoder = part == "encoder";
  const Outputs encoded = probe(recipe, examples);
  if (encoded.empty() || (!encoder && encoded[0].first != "mean")) return std::nullopt;
  const std::int64_t width = encoded[0].second.size(1);
  std::vector<GraphInput> inputs = {
      encoder ? GraphInput{images ? "images" : "examples", examples.shape()}
              : GraphInput{"codes", {width}}};
  if (examples.classes > 0) inputs.push_back({"labels", {}, examples.classes});
  Graph graph = graph_of(inputs, [&](const std::vector<Tensor>& given) {
    const Tensor labels = given.size() > 1 ? given[1] : Tensor();
    return encoder ? recipe.encoder_outputs({.inputs = given[0], .targets = labels})
                   : recipe.decoder_outputs(given[0], labels);
  });
  if (graph.outputs.empty()) return std::nullopt;
  return graph;
}

std::string part_in_words(const std::string& part, const Recipe& recipe) {
  std::string words =
      fmt::format("{} of a run of {}, {}, by Ebb", part, recipe.name(), recipe.summary());
  const nlohmann::ordered_json described = recipe.describe();
  for (const auto& [key, value] : described.items())
    words += fmt::format("; {}: {}", key, value.get<std::string>());
  return words;
}

std::string value_in_words(const std::string& name, const Recipe& recipe) {
  if (name == "images") return "[n, channels, height, width], pixels in [0, 1]";
  if (name == "codes" || name == "mean") return "codes [n, latent]: the means of q(z|x)";
  if (name == "log_variance") return "log of the variances of q(z|x), [n, latent]";
  if (name == "logits") return "of the labels, [n, classes]";
  if (name == "labels") return "whole numbers from 0, [n]";
  if (name == "numbers") return "what the likelihood takes: " + recipe.likelihood();
  return "";
}

}  // namespace ebb::tools
