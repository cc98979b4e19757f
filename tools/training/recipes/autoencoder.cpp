#include <fmt/format.h>

#include <algorithm>
#include <autograd/gradients.hpp>
#include <models/autoencoder.hpp>
#include <nn/data/loader.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <tensor/parts.hpp>
#include <tools/training/recipes/images.hpp>

namespace ebb::tools {

namespace {

constexpr std::int64_t most_codes = 20'000;  // that a density is fitted to

class AutoencoderRecipe final : public Recipe {
 public:
  const char* name() const override { return "ae"; }
  const char* summary() const override { return "autoencoder"; }
  TrainOptions defaults() const override {
    TrainOptions options;
    options.batch_size = 32;
    return options;
  }

  void visit(Options& o) override {
    network_.visit(o);
    o("latent", latent_, "width of the code", {1, widest});
    o("output", output_, "what the reconstruction goes through", {"sigmoid", "none"});
    o("noise", noise_, "what is seen: with noise of deviation X, or X of it masked",
      {"none", "gaussian:X", "mask:X"});
    o("sparsity", objective_.sparsity, "weight of the code's absolute values");
    o("contractive", objective_.contraction, "weight of the code's squared slopes");
    o("density", density_, "of the codes, fitted at the end of the run: to draw new images",
      {"none", "mixture:K"});
  }

  void build(const nn::Examples& examples) override {
    shape_ = image_shape(name(), examples);
    if (noise_.name == "gaussian") objective_.corruption.deviation = noise_.number;
    if (noise_.name == "mask") {
      if (noise_.number >= 1) throw UsageError("--noise mask: less than 1 of an image; try 0.3");
      objective_.corruption.masked = noise_.number;
    }
    model_ = std::make_unique<models::Autoencoder>(network_.network == "conv" ? convolutional()
                                                                              : dense());
    model_->objective = objective_;
    if (density_.name == "mixture")
      model_->density.emplace(static_cast<std::int64_t>(density_.number), latent_);
  }

  nn::Module& model() override { return *model_; }

  void meet(const nn::SharedDataset& train, std::uint64_t) override {
    const std::int64_t most = std::min(train->count(), most_codes);
    if (density_.name == "mixture" && (density_.number > static_cast<double>(most) || most < 2))
      throw UsageError(
          fmt::format("--density mixture:{}: {} images to fit it to, and there must be "
                      "as many, at least 2; try fewer components, or more images",
                      density_.number, most));
  }

  void finish(const nn::SharedDataset& train, Random& noise) override {
    if (!model_->density) return;
    std::vector<Tensor> codes;
    const nn::Epoch some = nn::Loader(train, {.batch_size = 500}).epoch(0);
    for (std::int64_t i = 0; i < std::min(some.steps(), most_codes / 500); ++i)
      codes.push_back(model_->encode(some.batch(i).inputs).value());
    model_->density->fit(cat(codes), noise);
  }

  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    const Variable& x = batch.inputs;
    const Variable loss = plain() ? model_->loss(x) : model_->loss(x, pass);
    metrics.add("loss", loss.item(), x.size(0));
    if (plain() || pass.training) return loss;
    const NoGrad constants;
    metrics.add("reconstruction", model_->loss(x).item(), x.size(0));
    return loss;
  }

  Json describe() const override {
    const std::string more = plain() ? "" : ", with what the options add";
    return {{"loss", "squared error" + more}, {"units", "mean over pixels and images"}};
  }

  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return model_->encode(batch.inputs);
  }
  nn::Batch decode(const Variable& codes, nn::Pass&, const Tensor&) const override {
    return as_images(model_->decode(codes), shape_);
  }
  nn::Batch sample(std::int64_t count, const SampleOptions& options,
                   nn::Pass& pass) const override {
    if (!model_->density || !model_->density->is_fitted()) return {};
    return as_images(
        model_->decode(model_->density->sample(count, pass.noise, options.temperature)), shape_);
  }
  bool samples_at_end() const override { return true; }

 private:
  // Whether the loss is the squared error alone.
  bool plain() const {
    return noise_.name == "none" && objective_.sparsity == 0 && objective_.contraction == 0;
  }

  models::Autoencoder dense() {
    if (!network_.hidden) network_.hidden = network_.dense;
    return models::Autoencoder({.input = shape_.count(),
                                .hidden = *network_.hidden,
                                .latent = latent_,
                                .activation = network_.layer(),
                                .sigmoid = output_ == "sigmoid"});
  }

  models::Autoencoder convolutional() {
    models::Networks n = network_.make(shape_, latent_);
    nn::Sequential encoder{std::move(n.encoder), nn::Linear(n.features, latent_)};
    nn::Sequential decoder{std::move(n.decoder), std::move(n.output)};
    if (output_ == "sigmoid") decoder.add(nn::Sigmoid{});
    return {std::move(encoder), std::move(decoder)};
  }

  NetworkChoice network_ = {.dense = {}};
  std::int64_t latent_ = 256;
  std::string output_ = "sigmoid";
  Choice noise_ = {"none"}, density_ = {"none"};
  models::AutoencoderObjective objective_;
  Shape shape_;  // of an image
  std::unique_ptr<models::Autoencoder> model_;
};

}  // namespace

std::unique_ptr<Recipe> autoencoder() { return std::make_unique<AutoencoderRecipe>(); }

}  // namespace ebb::tools
