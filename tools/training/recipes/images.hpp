// What recipes of models of images share: their networks, and what they make of gray pixels.
#pragma once

#include <models/likelihood.hpp>
#include <models/networks.hpp>
#include <tools/training/recipe.hpp>

namespace ebb::models {
struct VariationalParts;
}

namespace ebb::tools {

using Json = nlohmann::ordered_json;

constexpr std::int64_t widest = 65'536;  // numbers of a layer

// --hidden
void visit_widths(Options& o, std::vector<std::int64_t>& widths);
// [channels, height, width]. Throws UsageError where the examples are no images.
Shape image_shape(const char* recipe, const nn::Examples& examples);
// [n, classes], from labels int32 [n] of examples or codes. Throws UsageError where there are none,
// and DataError for one that is no class of the model.
Variable one_hot_labels(const Tensor& labels, std::int64_t classes);
// [n, pixels] as [n, channels, height, width].
nn::Batch as_images(const Variable& rows, const Shape& image);

// What the two parts make; `condition` is known of the examples besides, or has no value.
Outputs encoder_outputs(const models::VariationalParts& parts, const Variable& x,
                        const Variable& condition);
Outputs decoder_outputs(const models::VariationalParts& parts, const Variable& codes,
                        const Variable& condition, const Shape& image);

// New images of a model; one class after the other, with their labels, where it is told `classes`.
nn::Batch sample_images(const models::VariationalParts& parts, std::int64_t classes,
                        const Shape& image, std::int64_t count, const SampleOptions& options,
                        nn::Pass& pass);

// --network, --hidden, --activation
struct NetworkChoice {
  std::vector<std::int64_t> dense = {400};  // the hidden widths where none are named
  std::string network = "dense", activation = "relu";
  std::optional<std::vector<std::int64_t>> hidden = {};

  void visit(Options& o);
  // For a code of so many numbers, and so many numbers of the decoder for each pixel. Throws
  // UsageError where an image is too small. Sets `hidden` where it was not named.
  models::Networks make(const Shape& image, std::int64_t latent, std::int64_t numbers = 1);
  std::optional<nn::Layer> layer() const;  // the activation; none: ReLU
};

// --binarize, --likelihood
struct PixelChoice {
  std::string binarize = "none", likelihood = "bernoulli";

  void visit(Options& o);
  // Throws UsageError where pixels that are binarized are no matter of the likelihood.
  models::Likelihood make(const Shape& image) const;
  nn::Batch prepare(const nn::Batch& batch, Random& noise) const;
  Claim claim() const;
  // "Bernoulli on logits; gray pixels in [0, 1] are the targets", for config.json.
  std::string describe() const;
  // What -(reconstruction + kl) is called in metrics.jsonl: "elbo", or for gray pixels taken as
  // probabilities "negative_cross_entropy".
  const char* bound_name() const;
};

}  // namespace ebb::tools
