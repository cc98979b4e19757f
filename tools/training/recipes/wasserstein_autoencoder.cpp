#include <models/wasserstein_autoencoder.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <tools/training/recipes/images.hpp>

namespace ebb::tools {

namespace {

class WassersteinAutoencoderRecipe final : public Recipe {
 public:
  const char* name() const override { return "wae"; }
  const char* summary() const override { return "Wasserstein autoencoder with MMD"; }

  void visit(Options& o) override {
    network_.visit(o);
    o("latent", latent_, "width of the code", {1, widest});
    o("mmd", weight_, "weight of the discrepancy between codes and prior");
  }
  std::string steadier() const override { return "--lr or --mmd"; }

  void build(const nn::Examples& examples) override {
    shape_ = image_shape(name(), examples);
    models::Networks n = network_.make(shape_, latent_);
    model_ = std::make_unique<models::WassersteinAutoencoder>(
        nn::Sequential{std::move(n.encoder), nn::Linear(n.features, latent_)},
        nn::Sequential{std::move(n.decoder), std::move(n.output), nn::Sigmoid{}}, latent_, weight_);
  }

  nn::Module& model() override { return *model_; }

  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    const models::WassersteinLoss terms = model_->loss(batch.inputs, pass);
    const std::int64_t n = batch.inputs.size(0);
    metrics.add("loss", terms.loss.item(), n);
    metrics.add("reconstruction", terms.reconstruction);
    metrics.add("discrepancy", terms.discrepancy.item(), n);
    return terms.loss;
  }

  Json describe() const override {
    return {{"loss", "squared error + mmd * discrepancy"},
            {"units", "squared error: sum over pixels, mean over images"}};
  }

  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return model_->encode(batch.inputs);
  }
  nn::Batch decode(const Variable& codes, nn::Pass&, const Tensor&) const override {
    return as_images(model_->decode(codes), shape_);
  }
  nn::Batch sample(std::int64_t count, const SampleOptions& options,
                   nn::Pass& pass) const override {
    return as_images(model_->sample(count, pass.noise, options.temperature), shape_);
  }

 private:
  NetworkChoice network_;
  std::int64_t latent_ = 8;
  double weight_ = 10;
  Shape shape_;  // of an image
  std::unique_ptr<models::WassersteinAutoencoder> model_;
};

}  // namespace

std::unique_ptr<Recipe> wasserstein_autoencoder() {
  return std::make_unique<WassersteinAutoencoderRecipe>();
}

}  // namespace ebb::tools
