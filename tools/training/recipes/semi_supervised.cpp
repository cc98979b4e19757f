#include <fmt/format.h>

#include <autograd/elementwise.hpp>
#include <autograd/labels.hpp>
#include <autograd/reduce.hpp>
#include <models/semi_supervised.hpp>
#include <nn/layers/linear.hpp>
#include <nn/losses.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/sort.hpp>
#include <tools/training/recipes/images.hpp>

namespace ebb::tools {

namespace {

constexpr std::int64_t labelled_at_once = 100;  // images with a label in each step

class SemiSupervisedRecipe final : public Recipe {
 public:
  const char* name() const override { return "semi-supervised"; }
  const char* summary() const override { return "VAE that is told a few labels (M2)"; }

  void visit(Options& o) override {
    network_.visit(o);
    o("latent", latent_, "width of the code", {1, widest});
    pixels_.visit(o);
    o("labels", labels_, "images whose labels it is told, as many of each class", {1, 1'000'000});
    o("classification", weight_, "weight of -log q(y|x) of those");
  }

  void build(const nn::Examples& examples) override {
    shape_ = image_shape(name(), examples);
    classes_ = examples.classes;
    if (classes_ == 0)
      throw UsageError("model: semi-supervised learns labels, and these images have none; try vae");
    if (labels_ % classes_ != 0)
      throw UsageError(fmt::format("--labels: {} cannot be as many of each of {} classes; try {}",
                                   labels_, classes_, (labels_ / classes_ + 1) * classes_));
    models::Likelihood likelihood = pixels_.make(shape_);
    models::Networks n = network_.make(shape_, latent_ + classes_, likelihood.numbers());
    models::VariationalParts parts(models::Encoder(n.encoder, n.features, latent_, classes_),
                                   models::Decoder(n.decoder, n.output));
    parts.likelihood = std::move(likelihood);
    models::Networks own = network_.make(shape_, latent_);
    model_ = std::make_unique<models::SemiSupervised>(
        nn::Sequential{std::move(own.encoder), nn::Linear(own.features, classes_)},
        std::move(parts), classes_);
  }

  // Keeps the first images of each class, in an order by the seed.
  void meet(const nn::SharedDataset& train, std::uint64_t seed) override {
    Random noise = Random{seed}.fork("labels");
    const Tensor order = argsort(rand({train->count()}, noise));
    std::vector<std::int64_t> chosen, left(static_cast<std::size_t>(classes_), labels_ / classes_);
    for (const std::int32_t i : order.to_vector<std::int32_t>()) {
      const std::int64_t index[] = {i};
      const auto label = static_cast<std::size_t>(train->gather(index).targets.item());
      if (left[label]-- > 0) chosen.push_back(i);
      if (static_cast<std::int64_t>(chosen.size()) == labels_) break;
    }
    if (static_cast<std::int64_t>(chosen.size()) < labels_)
      throw UsageError(
          fmt::format("--labels: {} of each class are more than there are", labels_ / classes_));
    known_ = train->gather(chosen);
  }

  nn::Module& model() override { return *model_; }
  // Images without labels get those that the model gives them.
  nn::Batch prepare(const nn::Batch& batch, Random& noise) const override {
    nn::Batch made = pixels_.prepare(batch, noise);
    if (made.targets.count() == 0) made.targets = argmax(model_->logits(made.inputs).value(), -1);
    return made;
  }

  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    const Variable logits = model_->classifier(batch.inputs, pass);
    const Variable bounds = model_->unlabelled(batch.inputs, logits, pass);
    metrics.add(pixels_.bound_name(), bounds);
    metrics.add("accuracy", cast(argmax(logits.value(), -1) == batch.targets, DType::float32));
    Variable loss = -mean(bounds);
    if (pass.training) loss = loss + of_labelled(pass);
    metrics.add("loss", loss.item(), batch.inputs.size(0));
    return loss;
  }

  Json describe() const override {
    return {{"loss", "U(x) of all + L(x, y) of those with labels - classification * log q(y|x)"},
            {"pixels", pixels_.describe()},
            {"units", "nats per image"}};
  }

  Claim claim() const override { return pixels_.claim(); }
  std::string likelihood() const override { return pixels_.likelihood; }
  Terms bound(const nn::Batch& batch, std::int64_t samples, nn::Pass& pass) const override {
    if (samples == 1) {
      const auto [bound, reconstruction] =
          model_->terms(batch.inputs, model_->logits(batch.inputs), pass);
      return {bound, reconstruction, -bound - reconstruction};
    }
    return {model_->bound(batch.inputs, samples, pass), {}, {}};
  }
  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return model_->vae.parts().code(batch.inputs, guess(batch.inputs));
  }
  Variable draw_codes(const nn::Batch& batch, nn::Pass& pass) const override {
    return model_->vae.parts().draw_code(batch.inputs, pass.noise, guess(batch.inputs));
  }
  nn::Batch decode(const Variable& codes, nn::Pass&, const Tensor& labels) const override {
    return as_images(model_->vae.decode(codes, one_hot_labels(labels, classes_)), shape_);
  }
  Outputs encoder_outputs(const nn::Batch& batch) const override {
    const Variable logits = model_->logits(batch.inputs);
    Outputs outputs = tools::encoder_outputs(model_->vae.parts(), batch.inputs,
                                             model_->one_hot(argmax(logits, -1)));
    outputs.emplace_back("logits", logits);
    return outputs;
  }
  Outputs decoder_outputs(const Variable& codes, const Tensor& labels) const override {
    return tools::decoder_outputs(model_->vae.parts(), codes, one_hot_labels(labels, classes_),
                                  shape_);
  }
  nn::Batch sample(std::int64_t count, const SampleOptions& options,
                   nn::Pass& pass) const override {
    return sample_images(model_->vae.parts(), classes_, shape_, count, options, pass);
  }

 private:
  // The loss of some of the images whose labels are known.
  Variable of_labelled(nn::Pass& pass) const {
    const std::int64_t n = std::min(labels_, labelled_at_once);
    nn::Batch some = known_;
    if (n < labels_) {
      const Tensor chosen = topk(rand({labels_}, pass.noise), n).indices;
      some = {.inputs = index_select(known_.inputs, 0, chosen),
              .targets = index_select(known_.targets, 0, chosen)};
    }
    some = pixels_.prepare(some, pass.noise);
    const Variable classes = nn::cross_entropy(model_->classifier(some.inputs, pass), some.targets);
    return weight_ * classes - mean(model_->labelled(some.inputs, some.targets, pass));
  }

  // The labels that the model itself gives.
  Variable guess(const Tensor& x) const { return model_->one_hot(argmax(model_->logits(x), -1)); }

  NetworkChoice network_ = {.dense = {500}};
  PixelChoice pixels_;
  std::int64_t latent_ = 50, labels_ = 100, classes_ = 0;
  double weight_ = 50;
  nn::Batch known_;  // the images whose labels it is told
  Shape shape_;      // of an image
  std::unique_ptr<models::SemiSupervised> model_;
};

}  // namespace

std::unique_ptr<Recipe> semi_supervised() { return std::make_unique<SemiSupervisedRecipe>(); }

}  // namespace ebb::tools
