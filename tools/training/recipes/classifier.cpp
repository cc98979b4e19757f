#include <autograd/reduce.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>
#include <nn/losses.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/views.hpp>
#include <tools/training/recipes/images.hpp>

namespace ebb::tools {

namespace {

// A multilayer perceptron on labelled images.
class ClassifierRecipe final : public Recipe {
 public:
  const char* name() const override { return "classifier"; }
  const char* summary() const override { return "multilayer perceptron on labelled images"; }

  void visit(Options& o) override {
    visit_widths(o, hidden_);
    o("dropout", dropout_, "share of hidden numbers left out in training", {0, 0.99});
  }

  void build(const nn::Examples& examples) override {
    const std::int64_t pixels = image_shape(name(), examples).count();
    if (examples.classes == 0)
      throw UsageError(
          "model: classifier learns labels, and these images have none; try ae or vae");
    if (dropout_ > 0 && hidden_.empty())
      throw UsageError("--dropout: leaves out hidden numbers, and there are none; leave it out");
    model_ = nn::hidden_layers(pixels, hidden_, {.dropout = dropout_});
    model_.add(nn::Linear(hidden_.empty() ? pixels : hidden_.back(), examples.classes));
  }

  nn::Module& model() override { return model_; }

  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    const Variable logits = model_(nn::flatten(batch.inputs), pass);
    const Variable losses = nn::cross_entropy(logits, batch.targets, nn::LossReduction::none);
    const Variable loss = mean(losses);
    metrics.add("loss", losses);
    metrics.add("accuracy", cast(argmax(logits.value(), -1) == batch.targets, DType::float32));
    return loss;
  }

  Outputs encoder_outputs(const nn::Batch& batch) const override {
    return {{"logits", model_(nn::flatten(batch.inputs))}};
  }

  Json describe() const override {
    return {{"loss", "cross entropy"}, {"units", "nats per image"}};
  }

 private:
  std::vector<std::int64_t> hidden_ = {256};
  double dropout_ = 0;
  nn::Sequential model_;
};

}  // namespace

std::unique_ptr<Recipe> classifier() { return std::make_unique<ClassifierRecipe>(); }

}  // namespace ebb::tools
