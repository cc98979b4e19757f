#include <fmt/format.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/vector_quantized_autoencoder.hpp>
#include <nn/layers/flatten.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tools/training/recipes/images.hpp>

namespace ebb::tools {

namespace {

class VectorQuantizedAutoencoderRecipe final : public Recipe {
 public:
  const char* name() const override { return "vq"; }
  const char* summary() const override {
    return "autoencoder with a codebook (VQ-VAE), and a transformer as its prior";
  }

  void visit(Options& o) override {
    pixels_.visit(o);
    o("codes", options_.quantizer.codes, "vectors in the codebook", {1, widest});
    o("width", options_.quantizer.width, "numbers of such a vector", {1, widest});
    o("commitment", options_.commitment, "weight of the distance to the codes");
    o("decay", options_.quantizer.decay, "of what the codebook remembers in a step", {0, 0.9999});
    o("restart", options_.quantizer.restart, "share of the mean use below which a code restarts",
      {0, 0.99});
    o("prior-width", options_.prior.width, "numbers of a place in the prior", {1, widest});
    o("prior-layers", options_.prior.layers, "layers of the prior", {1, 1000});
    o("prior-heads", options_.prior.heads, "heads of its attention", {1, widest});
  }

  void build(const nn::Examples& examples) override {
    options_.image = image_shape(name(), examples);
    options_.likelihood = pixels_.make(options_.image);
    if (options_.image[1] < 4 || options_.image[2] < 4)
      throw UsageError("model: vq takes images of at least 4 x 4 pixels; try other data");
    if (options_.prior.width % options_.prior.heads != 0)
      throw UsageError("--prior-heads: " + std::to_string(options_.prior.heads) +
                       " heads do not divide --prior-width " +
                       std::to_string(options_.prior.width));
    model_ = std::make_unique<models::VectorQuantizedAutoencoder>(options_);
  }

  nn::Module& model() override { return *model_; }
  nn::Batch prepare(const nn::Batch& batch, Random& noise) const override {
    return pixels_.prepare(batch, noise);
  }

  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    const models::VectorQuantizedLoss terms = model_->loss(batch.inputs, pass);
    metrics.add("loss", terms.loss.item(), batch.inputs.size(0));
    metrics.add("reconstruction", terms.reconstruction);
    metrics.add("kl", terms.rate);
    const NoGrad constants;
    const Variable bound = -(terms.reconstruction + terms.rate);
    metrics.add(pixels_.bound_name(), bound);
    if (claim() == Claim::probability)
      metrics.add("bits_per_dimension",
                  bound * (-1 / (std::log(2.0) * static_cast<double>(options_.image.count()))));
    metrics.add("commitment", terms.commitment);
    const Tensor codes = reshape(terms.codes, {-1});
    metrics.count("codes", index_add(ones(codes.shape()), 0, codes, options_.quantizer.codes));
    if (!pass.training) {
      const Variable means = model_->decode(model_->quantizer.vectors(terms.codes));
      metrics.add("squared_error", mean(square(means - nn::flatten(batch.inputs)), 1));
    }
    return terms.loss;
  }

  Json describe() const override {
    return {{"loss",
             "reconstruction + kl + commitment * squared distance to the codes; kl is "
             "-log p(codes)"},
            {"pixels", pixels_.describe()},
            {"units", "nats per image"}};
  }

  Claim claim() const override { return pixels_.claim(); }
  std::string likelihood() const override { return pixels_.likelihood; }
  // The codes follow from the image, so there is nothing to draw: one draw is as good as many.
  Terms bound(const nn::Batch& batch, std::int64_t, nn::Pass& pass) const override {
    const models::VectorQuantizedLoss terms = model_->loss(batch.inputs, pass);
    return {-(terms.reconstruction + terms.rate), terms.reconstruction, terms.rate};
  }
  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return model_->encode(batch.inputs);
  }
  std::int64_t code_vectors() const override {
    return (options_.image[1] / 4) * (options_.image[2] / 4);
  }
  std::string code_in_words() const override {
    const std::int64_t codes = options_.quantizer.codes;
    const double bits = static_cast<double>(code_vectors()) * std::log2(static_cast<double>(codes));
    return fmt::format("{} of {} vectors, {:.0f} bits; PCA has a number for each", code_vectors(),
                       codes, bits);
  }
  nn::Batch decode(const Variable& codes, nn::Pass&, const Tensor&) const override {
    return as_images(model_->decode(codes), options_.image);
  }
  nn::Batch sample(std::int64_t count, const SampleOptions& options,
                   nn::Pass& pass) const override {
    return as_images(model_->sample(count, pass.noise, options.temperature, options.mean),
                     options_.image);
  }

 private:
  PixelChoice pixels_;
  models::VectorQuantizedAutoencoderOptions options_;
  std::unique_ptr<models::VectorQuantizedAutoencoder> model_;
};

}  // namespace

std::unique_ptr<Recipe> vector_quantized_autoencoder() {
  return std::make_unique<VectorQuantizedAutoencoderRecipe>();
}

}  // namespace ebb::tools
