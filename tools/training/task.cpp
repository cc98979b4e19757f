#include <cmath>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <tools/training/task.hpp>

namespace ebb::tools {

namespace {

using ebb::Random, ebb::Tensor, ebb::Variable;
using Json = nlohmann::ordered_json;

double mean(double sum, const Tally& tally) { return sum / static_cast<double>(tally.images); }

class AutoencoderTask final : public Task {
 public:
  AutoencoderTask(const TrainOptions& options, std::int64_t image_size)
      : model_({.input = image_size, .hidden = options.hidden, .latent = options.latent}) {}

  ebb::nn::Module& model() override { return model_; }

  Variable loss(const Tensor& images, Random&, Tally& tally) const override {
    const Variable loss = model_.loss(images);
    tally.loss += loss.item() * static_cast<double>(images.size(0));
    tally.images += images.size(0);
    return loss;
  }

  Tensor reconstruct(const Tensor& images) const override { return model_(images).value(); }
  Tensor sample(std::int64_t, Random&) const override { return {}; }

  Json describe() const override {
    return {{"loss", "squared error"}, {"units", "mean over pixels and images"}};
  }

  void report(Json& line, const Tally& train, const Tally& test) const override {
    line["train_loss"] = mean(train.loss, train);
    line["test_loss"] = mean(test.loss, test);
  }

 private:
  ebb::models::Autoencoder model_;
};

class VariationalAutoencoderTask final : public Task {
 public:
  VariationalAutoencoderTask(const TrainOptions& options, std::int64_t image_size)
      : model_({.input = image_size,
                .hidden = options.hidden,
                .latent = options.latent,
                .beta = options.beta}) {}

  ebb::nn::Module& model() override { return model_; }

  Variable loss(const Tensor& images, Random& noise, Tally& tally) const override {
    const ebb::models::VariationalLoss terms = model_.loss(images, noise);
    const std::vector<float> reconstruction = terms.reconstruction.value().to_vector<float>();
    const std::vector<float> kl = terms.kl.value().to_vector<float>();
    for (std::size_t i = 0; i < kl.size(); ++i) {
      const double bound = static_cast<double>(reconstruction[i]) + kl[i];
      tally.reconstruction += reconstruction[i];
      tally.kl += kl[i];
      tally.elbo_squared += bound * bound;
    }
    tally.loss += terms.loss.item() * static_cast<double>(images.size(0));
    tally.images += images.size(0);
    return terms.loss;
  }

  Tensor reconstruct(const Tensor& images) const override { return model_(images).value(); }
  Tensor sample(std::int64_t count, Random& noise) const override {
    return model_.sample(count, noise).value();
  }

  Json describe() const override {
    return {{"loss", "reconstruction + beta * kl"},
            {"likelihood", "Bernoulli on logits; gray pixels in [0, 1] are the targets"},
            {"units", "nats per image"}};
  }

  void report(Json& line, const Tally& train, const Tally& test) const override {
    const double n = static_cast<double>(test.images);
    const double elbo = -mean(test.reconstruction + test.kl, test);
    const double variance = (test.elbo_squared - n * elbo * elbo) / (n - 1);
    line["train_loss"] = mean(train.loss, train);
    line["train_reconstruction"] = mean(train.reconstruction, train);
    line["train_kl"] = mean(train.kl, train);
    line["test_loss"] = mean(test.loss, test);
    line["test_reconstruction"] = mean(test.reconstruction, test);
    line["test_kl"] = mean(test.kl, test);
    line["test_elbo"] = elbo;
    line["test_elbo_standard_error"] = std::sqrt(std::max(variance, 0.0) / n);
  }

 private:
  ebb::models::VariationalAutoencoder model_;
};

}  // namespace

std::unique_ptr<Task> make_task(const TrainOptions& options, std::int64_t image_size) {
  if (options.model == "ae") return std::make_unique<AutoencoderTask>(options, image_size);
  return std::make_unique<VariationalAutoencoderTask>(options, image_size);
}

}  // namespace ebb::tools
