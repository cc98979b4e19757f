#include <autograd/elementwise.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <tools/training/recipes/dense.hpp>

namespace ebb::tools {

namespace {

class VariationalAutoencoderRecipe final : public Recipe {
 public:
  const char* name() const override { return "vae"; }
  const char* summary() const override { return "variational autoencoder"; }

  void visit(Options& o) override {
    visit_widths(o, options_.hidden);
    o("latent", options_.latent, "width of the code", {1, widest});
    o("beta", options_.beta, "weight of the divergence");
  }
  std::string steadier() const override { return options_.beta > 1 ? "--lr or --beta" : "--lr"; }

  void build(const nn::Examples& examples) override {
    shape_ = image_shape(name(), examples);
    options_.input = shape_.count();
    model_ = std::make_unique<models::VariationalAutoencoder>(options_);
  }

  nn::Module& model() override { return *model_; }

  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    const models::VariationalLoss terms = model_->loss(batch.inputs, pass);
    metrics.add("loss", terms.loss.item(), batch.inputs.size(0));
    metrics.add("reconstruction", terms.reconstruction);
    metrics.add("kl", terms.kl);
    const NoGrad constants;
    metrics.add("elbo", -(terms.reconstruction + terms.kl));
    return terms.loss;
  }

  Json describe() const override {
    return {{"loss", "reconstruction + beta * kl"},
            {"likelihood", "Bernoulli on logits; gray pixels in [0, 1] are the targets"},
            {"units", "nats per image"}};
  }

  Terms bound(const nn::Batch& batch, std::int64_t samples, nn::Pass& pass) const override {
    if (samples > 1) return {model_->bound(batch.inputs, samples, pass), {}, {}};
    const models::VariationalLoss terms = model_->loss(batch.inputs, pass);
    return {-(terms.reconstruction + terms.kl), terms.reconstruction, terms.kl};
  }
  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return model_->encode(batch.inputs).mean;
  }
  nn::Batch decode(const Variable& codes, nn::Pass&) const override {
    return as_images(model_->decode(codes), shape_);
  }
  nn::Batch sample(std::int64_t count, const SampleOptions& options,
                   nn::Pass& pass) const override {
    return as_images(model_->sample(count, pass.noise, options.temperature), shape_);
  }

 private:
  models::VariationalAutoencoderOptions options_;
  Shape shape_;  // of an image
  std::unique_ptr<models::VariationalAutoencoder> model_;
};

}  // namespace

std::unique_ptr<Recipe> variational_autoencoder() {
  return std::make_unique<VariationalAutoencoderRecipe>();
}

}  // namespace ebb::tools
