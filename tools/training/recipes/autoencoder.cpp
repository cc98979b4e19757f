#include <models/autoencoder.hpp>
#include <tools/training/recipe.hpp>
#include <tools/training/recipes/images.hpp>

namespace ebb::tools {

namespace {

class AutoencoderRecipe final : public Recipe {
 public:
  const char* name() const override { return "ae"; }
  const char* summary() const override { return "autoencoder"; }
  std::int64_t batch_size() const override { return 32; }

  void visit(Options& o) override {
    visit_widths(o, options_.hidden);
    o("latent", options_.latent, "width of the code", {1, widest});
  }

  void build(const nn::Examples& examples) override {
    shape_ = image_shape(name(), examples);
    options_.input = shape_.count();
    model_ = std::make_unique<models::Autoencoder>(options_);
  }

  nn::Module& model() override { return *model_; }

  Variable loss(const nn::Batch& batch, nn::Pass&, Metrics& metrics) const override {
    const Variable loss = model_->loss(batch.inputs);
    metrics.add("loss", loss.item(), batch.inputs.size(0));
    return loss;
  }

  Json describe() const override {
    return {{"loss", "squared error"}, {"units", "mean over pixels and images"}};
  }

  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return model_->encode(batch.inputs);
  }
  nn::Batch decode(const Variable& codes, nn::Pass&, const Tensor&) const override {
    return as_images(model_->decode(codes), shape_);
  }

 private:
  models::AutoencoderOptions options_;
  Shape shape_;  // of an image
  std::unique_ptr<models::Autoencoder> model_;
};

}  // namespace

std::unique_ptr<Recipe> autoencoder() { return std::make_unique<AutoencoderRecipe>(); }

}  // namespace ebb::tools
