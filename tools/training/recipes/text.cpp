#include <fmt/format.h>

#include <autograd/elementwise.hpp>
#include <models/text/text_autoencoder.hpp>
#include <models/text/writing.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <nn/distributions.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tools/training/options.hpp>
#include <tools/training/recipe.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;
using models::LanguageModel;

constexpr std::int64_t widest = 65'536;

// A language model, or with a code an autoencoder around one.
class TextRecipe final : public Recipe {
 public:
  const char* name() const override { return "text"; }
  const char* summary() const override {
    return "language model, or with --latent a variational autoencoder of texts";
  }
  // Small batches and large steps: a text of a few hundred lines is learned in some passes, too. Of
  // the weights that large steps swing between the mean is good.
  TrainOptions defaults() const override {
    TrainOptions options;
    options.drawn = drawn_sentences;
    options.batch_size = 16;
    options.learning_rate = 2e-3;
    options.average = 0.999;
    return options;
  }

  void visit(Options& o) override {
    models::LanguageModelOptions& decoder = options_.decoder;
    o("network", decoder.network, "what reads", {"gru", "lstm", "transformer"});
    o("width", decoder.width, "numbers of a token and of a state", {1, widest});
    o("layers", decoder.layers, "layers of the network", {1, 100});
    o("heads", decoder.heads, "heads of a transformer's attention", {1, widest});
    o("dropout", decoder.dropout, "part of what the network reads and makes that drops out",
      {0, 0.999});
    o("latent", latent_, "width of the code; 0: a language model without one", {0, widest});
    o("word-dropout", options_.word_dropout, "part of the tokens that the decoder does not hear",
      {0, 0.999});
    o("inputless", decoder.inputless, "the decoder hears no token, only the code");
    o("samples", objective_.samples, "draws of the code for each text, of the IWAE's bound",
      {1, 10'000});
    o("beta", objective_.beta, "weight of the divergence");
    o("beta-warm-up", warm_up_, "epochs in which that weight rises from 0", {0, 1e6});
    o("free-bits", objective_.free_bits, "nats that each number of the code may hold at no cost");
  }

  void build(const nn::Examples& examples) override {
    const auto* const text = std::get_if<nn::TextExample>(&examples.kind);
    if (!text)
      throw UsageError(
          "model: text learns from text, and these examples are none; try --data lines.txt");
    check();
    options_.decoder.vocabulary = text->vocabulary->size();
    options_.decoder.longest = text->longest;
    options_.decoder.latent = latent_;
    if (latent_ > 0)
      autoencoder_ = std::make_unique<models::TextAutoencoder>(options_, objective_);
    else
      language_ = std::make_unique<LanguageModel>(options_.decoder);
  }

  nn::Module& model() override {
    return autoencoder_ ? static_cast<nn::Module&>(*autoencoder_) : *language_;
  }
  std::vector<Rise> rises() const override { return {{"beta-warm-up", warm_up_}}; }
  void advance(double epochs) override {
    rising_ = objective_.beta * (warm_up_ > 0 ? std::min(1.0, epochs / warm_up_) : 1);
  }

  // Nats per text are what is measured; nats per token are what is minimized, so that a step does
  // not depend on how long the texts of its batch are.
  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    const std::int64_t n = batch.inputs.size(0);
    const Terms terms = terms_of(batch, pass);
    metrics.add("loss", terms.loss.item(), n);
    metrics.add("reconstruction", terms.reconstruction);
    if (autoencoder_) metrics.add("kl", terms.kl);
    double tokens = 0;
    for (const std::int32_t length : batch.lengths.to_vector<std::int32_t>()) tokens += length;
    const Variable per_token = terms.loss * (static_cast<double>(n) / tokens);
    const NoGrad constants;
    const Variable nats = autoencoder_ ? terms.reconstruction + terms.kl : terms.reconstruction;
    metrics.add("elbo", -nats);
    metrics.per_token(nats, batch.lengths);
    return per_token;
  }

  Json describe() const override {
    const bool code = latent_ > 0;
    return {{"loss", code ? "reconstruction + beta * kl" : "-log p(x)"},
            {"units", "nats per text; nats_per_token are of all tokens, each text's end counted"}};
  }

  Claim claim() const override { return Claim::probability; }
  std::string likelihood() const override { return "categorical"; }
  tools::Terms bound(const nn::Batch& batch, std::int64_t samples, nn::Pass& pass) const override {
    if (!autoencoder_) {
      const Variable log_p = language_->log_probability(batch.inputs, batch.mask, pass);
      return {log_p, -log_p, {}};
    }
    if (samples > 1) {
      const Variable weights = autoencoder_->log_weights(batch, samples, pass);
      return {nn::importance_bound(weights), {}, {}, weights};
    }
    const models::VariationalLoss terms = autoencoder_->loss(batch, pass);
    return {-(terms.reconstruction + terms.kl), terms.reconstruction, terms.kl};
  }
  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return autoencoder_ ? autoencoder_->encode(batch).mean : Variable();
  }
  Variable draw_codes(const nn::Batch& batch, nn::Pass& pass) const override {
    return autoencoder_ ? autoencoder_->encode(batch).sample(pass.noise) : Variable();
  }
  Variable divergences(const nn::Batch& batch, nn::Pass&) const override {
    return autoencoder_ ? autoencoder_->encode(batch).divergence() : Variable();
  }
  const LanguageModel* writer() const override {
    return autoencoder_ ? &autoencoder_->decoder : language_.get();
  }
  // The most probable token each time.
  nn::Batch decode(const Variable& codes, nn::Pass& pass, const Tensor&) const override {
    if (!autoencoder_) return {};
    return {.inputs = models::write(autoencoder_->decoder, codes.size(0), pass.noise,
                                    {.temperature = 0}, codes)};
  }
  nn::Batch sample(std::int64_t count, const SampleOptions& options,
                   nn::Pass& pass) const override {
    const models::WritingOptions how = {
        .temperature = options.temperature, .top_p = options.top_p, .beam = options.beam};
    if (!autoencoder_) return {.inputs = models::write(*language_, count, pass.noise, how)};
    const Variable codes = randn({count, latent_}, pass.noise);
    return {.inputs = models::write(autoencoder_->decoder, count, pass.noise, how, codes)};
  }

 private:
  struct Terms {
    Variable loss, reconstruction, kl;  // no kl where there is no code
  };

  Terms terms_of(const nn::Batch& batch, nn::Pass& pass) const {
    if (!autoencoder_) {
      const Variable nats = -language_->log_probability(batch.inputs, batch.mask, pass);
      return {mean(nats), nats, {}};
    }
    autoencoder_->objective.beta =
        pass.training ? rising_.value_or(objective_.beta) : objective_.beta;
    const models::VariationalLoss terms = autoencoder_->loss(batch, pass);
    return {terms.loss, terms.reconstruction, terms.kl};
  }

  // Throws UsageError for options that do not go together.
  void check() const {
    const models::LanguageModelOptions& decoder = options_.decoder;
    if (decoder.network == "transformer" && decoder.width % decoder.heads != 0)
      throw UsageError(
          fmt::format("--heads: {} heads do not divide --width {}", decoder.heads, decoder.width));
    if (objective_.free_bits > 0 && objective_.samples > 1)
      throw UsageError("--free-bits: the divergence of several samples has no closed form");
    if (latent_ > 0) return;
    const char* const said = options_.word_dropout > 0  ? "word-dropout"
                             : decoder.inputless        ? "inputless"
                             : objective_.samples > 1   ? "samples"
                             : objective_.free_bits > 0 ? "free-bits"
                             : warm_up_ > 0             ? "beta-warm-up"
                             : objective_.beta != 1     ? "beta"
                                                        : nullptr;
    if (said) throw UsageError(fmt::format("--{}: goes with a code; try --latent 32", said));
  }

  models::TextAutoencoderOptions options_;
  models::Objective objective_;
  std::int64_t latent_ = 0;
  double warm_up_ = 0;
  std::optional<double> rising_;  // beta of the current step
  std::unique_ptr<LanguageModel> language_;
  std::unique_ptr<models::TextAutoencoder> autoencoder_;
};

}  // namespace

std::unique_ptr<Recipe> text_model() { return std::make_unique<TextRecipe>(); }

}  // namespace ebb::tools
