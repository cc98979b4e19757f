#include <fmt/format.h>

#include <autograd/parts.hpp>
#include <autograd/views.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/activations.hpp>
#include <tensor/compare.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/training/recipes/images.hpp>
#include <tools/training/sources.hpp>

namespace ebb::tools {

namespace {

using Kind = models::Likelihood::Kind;

struct NamedKind {
  const char* name;
  Kind kind;
  bool discrete;  // of data with 256 values; a density otherwise
  const char* words;
};
constexpr NamedKind kinds[] = {
    {"bernoulli", Kind::bernoulli, true, "Bernoulli on logits"},
    {"gaussian", Kind::gaussian, false, "Gaussian, one variance for all pixels"},
    {"gaussian-per-pixel", Kind::gaussian_per_element, false,
     "Gaussian, a variance for each pixel"},
    {"logistic", Kind::logistic, true, "logistic, discretized to 256 values"},
    {"beta-binomial", Kind::beta_binomial, true, "beta-binomial of 256 values"},
    {"continuous-bernoulli", Kind::continuous_bernoulli, false, "continuous Bernoulli"}};

const NamedKind& find_kind(const std::string& name) {
  for (const NamedKind& kind : kinds)
    if (name == kind.name) return kind;
  throw UsageError("--likelihood: '" + name + "' is unknown; try bernoulli");
}

}  // namespace

void visit_widths(Options& o, std::vector<std::int64_t>& widths) {
  o("hidden", widths, "widths of the hidden layers", {1, widest});
}

Shape image_shape(const char* recipe, const nn::Examples& examples) {
  if (!std::holds_alternative<nn::ImageExample>(examples.kind))
    throw UsageError(std::string("model: ") + recipe +
                     " learns from images; try other data (of a .npy file, bytes [n, h, w])");
  return examples.shape();
}

Variable one_hot_labels(const Tensor& labels, std::int64_t classes) {
  if (labels.count() == 0)
    throw UsageError("labels: the model is told them, and these examples have none");
  const double least = amin(labels).item(), most = amax(labels).item();
  if (least < 0 || most >= static_cast<double>(classes))
    throw DataError(fmt::format("labels: {} is no class of the model, which knows 0 to {}",
                                least < 0 ? least : most, classes - 1));
  return embedding(Variable(eye(classes)), labels);
}

nn::Batch as_images(const Variable& rows, const Shape& image) {
  return {.inputs = reshape(rows, {-1, image[0], image[1], image[2]}).value()};
}

Outputs encoder_outputs(const models::VariationalParts& parts, const Variable& x,
                        const Variable& condition) {
  if (parts.flow) return {{"mean", parts.code(x, condition)}};
  const nn::Gaussian q = parts.encoder.posterior(parts.features(x, condition));
  return {{"mean", q.mean}, {"log_variance", q.log_variance}};
}

Outputs decoder_outputs(const models::VariationalParts& parts, const Variable& codes,
                        const Variable& condition, const Shape& image) {
  Random noise{0};
  nn::Pass pass{noise};
  const Variable numbers = parts.numbers(codes, pass, condition);
  return {{"images", as_images(parts.likelihood.mean(numbers), image).inputs},
          {"numbers", numbers}};
}

nn::Batch sample_images(const models::VariationalParts& parts, std::int64_t classes,
                        const Shape& image, std::int64_t count, const SampleOptions& options,
                        nn::Pass& pass) {
  const Variable codes = parts.sample_codes(count, pass.noise, options.temperature);
  Tensor labels;
  Variable condition;
  if (classes > 0) {
    const Tensor i = arange(static_cast<double>(count));
    labels = cast(i - classes * floor(i / classes), DType::int32);
    condition = cast(one_hot(labels, classes), codes.dtype());
  }
  const Variable pixels =
      options.mean ? parts.decode(codes, condition) : parts.draw(codes, pass.noise, condition);
  nn::Batch images = as_images(pixels, image);
  images.targets = labels;
  return images;
}

void NetworkChoice::visit(Options& o) {
  o("network", network, "layers around the code", {"dense", "conv"});
  o("hidden", hidden, "widths of the hidden layers; of conv, channels", {1, widest});
  o.show("N[,N...]",
         fmt::format("{}; conv: 32,64",
                     dense.empty() ? "none" : fmt::format("{}", fmt::join(dense, ","))));
  o("activation", activation, "behind each hidden layer",
    {"relu", "tanh", "gelu", "sigmoid", "none"});
}

std::optional<nn::Layer> NetworkChoice::layer() const {
  if (activation == "tanh") return nn::Tanh{};
  if (activation == "gelu") return nn::GELU{};
  if (activation == "sigmoid") return nn::Sigmoid{};
  if (activation == "none") return nn::Identity{};
  return std::nullopt;
}

models::Networks NetworkChoice::make(const Shape& image, std::int64_t latent,
                                     std::int64_t numbers) {
  const bool conv = network == "conv";
  if (!hidden) hidden = conv ? std::vector<std::int64_t>{32, 64} : dense;
  if (hidden->empty() && conv)
    throw UsageError("--network conv: without hidden layers nothing is convolved; try dense");
  if (hidden->empty() && activation != "relu" && activation != "none")
    throw UsageError(fmt::format(
        "--activation {}: stands behind hidden layers, and there are none; leave it out",
        activation));
  const models::NetworkOptions options = {image, *hidden, latent, numbers, layer()};
  try {
    return conv ? convolutional_networks(options) : dense_networks(options);
  } catch (const ShapeError& error) {
    throw UsageError(fmt::format("--network {}: {}", network, error.what()));
  }
}

void PixelChoice::visit(Options& o) {
  o("binarize", binarize, "pixels to 0 and 1: over one half, or drawn anew in each step",
    {"none", "threshold", "dynamic"});
  std::vector<std::string> names;
  for (const NamedKind& kind : kinds) names.push_back(kind.name);
  o("likelihood", likelihood, "distribution of a pixel", names);
}

models::Likelihood PixelChoice::make(const Shape& image) const {
  if (binarize != "none" && likelihood != "bernoulli")
    throw UsageError(fmt::format(
        "--binarize {}: pixels of 0 and 1 are bernoulli, not {}; leave one of the options out",
        binarize, likelihood));
  return models::Likelihood{find_kind(likelihood).kind, image.count()};
}

nn::Batch PixelChoice::prepare(const nn::Batch& batch, Random& noise) const {
  if (binarize == "none") return batch;
  nn::Batch binary = batch;
  const Tensor& gray = batch.inputs;
  binary.inputs =
      binarize == "dynamic" ? rand(gray.shape(), noise, gray.dtype()) < gray : gray > 0.5;
  return binary;
}

Claim PixelChoice::claim() const {
  if (!find_kind(likelihood).discrete) return Claim::density;
  return likelihood == "bernoulli" && binarize == "none" ? Claim::cross_entropy
                                                         : Claim::probability;
}

std::string PixelChoice::describe() const {
  const std::string words = find_kind(likelihood).words;
  if (likelihood != "bernoulli") return words;
  if (binarize == "none") return words + "; gray pixels in [0, 1] are the targets";
  return words + (binarize == "dynamic" ? "; pixels are drawn from the gray ones in each step"
                                        : "; pixels are 1 where ink covers more than half");
}

const char* PixelChoice::bound_name() const {
  return claim() == Claim::cross_entropy ? "negative_cross_entropy" : "elbo";
}

}  // namespace ebb::tools
