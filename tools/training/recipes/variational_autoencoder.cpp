#include <fmt/format.h>

#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/hidden.hpp>
#include <tensor/makers.hpp>
#include <tools/training/recipes/images.hpp>

namespace ebb::tools {

namespace {

class VariationalAutoencoderRecipe final : public Recipe {
 public:
  const char* name() const override { return "vae"; }
  const char* summary() const override { return "variational autoencoder"; }

  void visit(Options& o) override {
    network_.visit(o);
    o("latent", latent_, deeper_, "width of the code; behind a comma, of a code of the code",
      {1, widest});
    pixels_.visit(o);
    o("samples", objective_.samples, "draws of the code for each image, of the IWAE's bound",
      {1, 10'000});
    o("beta", objective_.beta, "weight of the divergence");
    o("beta-warm-up", warm_up_, "epochs in which that weight rises from 0", {0, 1e6});
    o("free-bits", objective_.free_bits, "nats that each number of the code may hold at no cost");
    o("prior", prior_, "of the codes", {"standard", "mixture:K", "vamp:K"});
    o("prior-warm-up", prior_warm_up_, "epochs in which a learned prior takes N(0, 1)'s place",
      {0, 1e6});
    o.show("X", fmt::format("{}", prior_rise()));
    o("flow", flow_, "bends the posterior, in K steps", {"none", "planar:K"});
    o("condition", condition_, "what is known of an image besides", {"none", "labels"});
  }
  std::string steadier() const override { return objective_.beta > 1 ? "--lr or --beta" : "--lr"; }

  void build(const nn::Examples& examples) override {
    shape_ = image_shape(name(), examples);
    check(examples);
    classes_ = condition_ == "labels" ? examples.classes : 0;
    models::Likelihood likelihood = pixels_.make(shape_);
    models::Networks n = network_.make(shape_, latent_ + classes_, likelihood.numbers());
    models::VariationalParts parts(models::Encoder(n.encoder, n.features, latent_, classes_),
                                   models::Decoder(n.decoder, n.output));
    parts.likelihood = std::move(likelihood);
    if (learns_prior()) parts.prior = make_prior();
    if (flow_.name == "planar")
      parts.flow.emplace(n.features + classes_, latent_, static_cast<std::int64_t>(flow_.number));
    model_ = std::make_unique<models::VariationalAutoencoder>(std::move(parts), objective_);
  }

  nn::Module& model() override { return *model_; }

  // Pseudo-inputs begin at images.
  void meet(const nn::SharedDataset& train, std::uint64_t seed) override {
    if (prior_warm_up_ && !learns_prior())
      throw UsageError("--prior-warm-up: of a learned prior; name one, or leave it out");
    auto* const vamp = std::get_if<models::VampPrior>(&model_->parts().prior);
    if (!vamp) return;
    const std::int64_t count = vamp->logits.shape()[0];
    if (count > train->count())
      throw UsageError(fmt::format("--prior vamp: {} pseudo-inputs begin at {} images; try fewer",
                                   count, train->count()));
    Random noise = Random{seed}.fork("pseudo-inputs");
    std::vector<std::int64_t> some = permutation(train->count(), noise);
    some.resize(static_cast<std::size_t>(count));
    vamp->begin_at(prepare(train->gather(some), noise).inputs);
  }
  nn::Batch prepare(const nn::Batch& batch, Random& noise) const override {
    return pixels_.prepare(batch, noise);
  }
  std::vector<Rise> rises() const override {
    std::vector<Rise> all = {{"beta-warm-up", warm_up_}};
    if (learns_prior()) all.push_back({"prior-warm-up", prior_rise()});
    return all;
  }
  void advance(double epochs) override {
    const auto risen = [&](double warm_up) {
      return warm_up > 0 ? std::min(1.0, epochs / warm_up) : 1;
    };
    rising_ = objective_.beta * risen(warm_up_);
    learned_ = risen(prior_rise());
  }

  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    model_->objective.beta = pass.training ? rising_.value_or(objective_.beta) : objective_.beta;
    model_->objective.learned_prior = pass.training ? learned_ : 1;
    const models::VariationalLoss terms = model_->loss(batch.inputs, pass, known(batch.targets));
    const std::int64_t n = batch.inputs.size(0);
    metrics.add("loss", terms.loss.item(), n);
    metrics.add("reconstruction", terms.reconstruction);
    metrics.add("kl", terms.kl);
    const NoGrad constants;
    metrics.add(pixels_.bound_name(), -(terms.reconstruction + terms.kl));
    return terms.loss;
  }

  Json describe() const override {
    return {{"loss", objective_.samples > 1 ? "-log(1/K sum of p(x|z) (p(z) / q(z|x))^beta)"
                                            : "reconstruction + beta * kl"},
            {"pixels", pixels_.describe()},
            {"units", "nats per image"}};
  }

  bool is_told_labels() const override { return classes_ > 0; }
  Claim claim() const override { return pixels_.claim(); }
  std::string likelihood() const override { return pixels_.likelihood; }
  Terms bound(const nn::Batch& batch, std::int64_t samples, nn::Pass& pass) const override {
    const Variable condition = known(batch.targets);
    if (samples > 1) {
      const Variable weights = model_->log_weights(batch.inputs, samples, pass, condition);
      return {nn::importance_bound(weights), {}, {}, weights};
    }
    const models::VariationalLoss terms = model_->loss(batch.inputs, pass, condition);
    return {-(terms.reconstruction + terms.kl), terms.reconstruction, terms.kl};
  }
  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return parts().code(batch.inputs, known(batch.targets));
  }
  Variable draw_codes(const nn::Batch& batch, nn::Pass& pass) const override {
    return parts().draw_code(batch.inputs, pass.noise, known(batch.targets));
  }
  Variable divergences(const nn::Batch& batch, nn::Pass&) const override {
    if (!parts().has_closed_form()) return {};
    return model_->encode(batch.inputs, known(batch.targets)).divergence();
  }
  nn::Batch decode(const Variable& codes, nn::Pass&, const Tensor& labels) const override {
    return as_images(parts().decode(codes, known(labels)), shape_);
  }
  Outputs encoder_outputs(const nn::Batch& batch) const override {
    return tools::encoder_outputs(parts(), batch.inputs, known(batch.targets));
  }
  Outputs decoder_outputs(const Variable& codes, const Tensor& labels) const override {
    return tools::decoder_outputs(parts(), codes, known(labels), shape_);
  }
  Variable marginal(const nn::Batch& batch, std::int64_t samples, nn::Pass& pass) const override {
    if (classes_ == 0) return {};
    return model_->marginal(batch.inputs, classes_, samples, pass);
  }
  nn::Batch sample(std::int64_t count, const SampleOptions& options,
                   nn::Pass& pass) const override {
    return sample_images(parts(), classes_, shape_, count, options, pass);
  }

 private:
  const models::VariationalParts& parts() const { return model_->parts(); }
  bool learns_prior() const { return prior_.name != "standard" || !deeper_.empty(); }

  double prior_rise() const { return prior_warm_up_.value_or(10); }  // epochs

  // One-hot labels, where the model is told them.
  Variable known(const Tensor& labels) const {
    return classes_ == 0 ? Variable() : one_hot_labels(labels, classes_);
  }

  models::Prior make_prior() const {
    const auto components = static_cast<std::int64_t>(prior_.number);
    if (prior_.name == "mixture") return models::MixturePrior(components, latent_);
    if (prior_.name == "vamp") return models::VampPrior(components, shape_);
    const std::vector<std::int64_t> widths = {latent_, latent_};
    const std::int64_t deeper = deeper_.front();
    return models::StackedPrior(
        models::Encoder(nn::hidden_layers(latent_, widths, {network_.layer()}), latent_, deeper),
        models::Encoder(nn::hidden_layers(deeper, widths, {network_.layer()}), latent_, latent_));
  }

  // Throws UsageError for options that do not go together.
  void check(const nn::Examples& examples) const {
    const bool plain = !learns_prior() && flow_.name == "none";
    if (deeper_.size() > 1) throw UsageError("--latent: more than two codes; try two");
    if (!deeper_.empty() && prior_.name != "standard")
      throw UsageError("--prior: the second code is the prior of the first; try one --latent");
    if (objective_.free_bits > 0 && (!plain || objective_.samples > 1))
      throw UsageError(
          "--free-bits: the divergence has no closed form; try one sample and one code, without "
          "--prior and --flow");
    if (condition_ == "none") return;
    if (examples.classes == 0)
      throw UsageError("--condition labels: these images have none; try it without");
    if (prior_.name == "vamp")
      throw UsageError("--condition: pseudo-inputs have no labels; try --prior mixture:K");
  }

  NetworkChoice network_;
  PixelChoice pixels_;
  std::int64_t latent_ = 20;
  std::vector<std::int64_t> deeper_;
  models::Objective objective_;
  double warm_up_ = 0, learned_ = 1;
  std::optional<double> prior_warm_up_, rising_;  // the latter: beta of the current step
  Choice prior_ = {"standard"}, flow_ = {"none"};
  std::string condition_ = "none";
  std::int64_t classes_ = 0;  // that the model is told; 0: no labels
  Shape shape_;               // of an image
  std::unique_ptr<models::VariationalAutoencoder> model_;
};

}  // namespace

std::unique_ptr<Recipe> variational_autoencoder() {
  return std::make_unique<VariationalAutoencoderRecipe>();
}

}  // namespace ebb::tools
