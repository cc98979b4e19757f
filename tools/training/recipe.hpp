// What tools/train asks of a model, whichever it is. A recipe is one file in recipes/ and one line
// in recipes.cpp.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <nn/data/dataset.hpp>
#include <nn/module.hpp>
#include <nn/pass.hpp>
#include <tools/common/options.hpp>
#include <tools/exporting/graph.hpp>
#include <tools/training/metrics.hpp>
#include <tools/training/options.hpp>

namespace ebb::models {
class LanguageModel;
class TableAutoencoder;
}  // namespace ebb::models

namespace ebb::tools {

// What a model with a likelihood says of examples, in nats, [n] each.
struct Terms {
  Variable bound;           // a lower bound of log p(x)
  Variable reconstruction;  // -log p(x|z)
  Variable kl;              // KL(q(z|x) || p(z))
  // log p(x, z) - log q(z|x) of each draw, [draws, n], where the bound is made of several.
  Variable log_weights = {};
};

// What a sum of log_probability and -KL is said of. Only the second and third are bounds.
enum class Claim {
  none,           // no likelihood
  cross_entropy,  // gray pixels taken as probabilities: no bound of anything
  probability,    // log p(x) >= …, of data that take a finite number of values
  density         // log density >= …, which has no unit and may be positive
};

// "log p(x) ≥", "log p(x|label) ≥", "log density ≥"; empty where there is no bound.
std::string bound_in_words(Claim claim, bool told_labels);

struct SampleOptions {
  double temperature = 1;  // below 1: closer to the middle of the prior
  bool mean = true;        // the mean of p(x|z), as pictures are shown; false: x is drawn, too
  double top_p = 1;        // of a text's next tokens only the most probable that make up this
  std::int64_t beam = 0;   // of texts: the most probable that a beam search of this width finds
};

// A program sets its options, builds it for the kind of data, initializes or loads its model, then
// runs it. For what a model cannot do, its recipe returns an empty value.
class Recipe {
 public:
  virtual ~Recipe() = default;

  virtual const char* name() const = 0;     // "vae", as in tools/train vae
  virtual const char* summary() const = 0;  // "variational autoencoder", for --help
  // Names its own options. They hold their defaults until they are read.
  virtual void visit(Options& o) = 0;
  virtual TrainOptions defaults() const { return {}; }  // where the user names none
  // The options to try when a run diverged, "--lr".
  virtual std::string steadier() const { return "--lr"; }

  // Makes the model for such examples. Throws Error where it does not learn from their kind.
  virtual void build(const nn::Examples& examples) = 0;
  virtual nn::Module& model() = 0;
  // The loss of a batch to minimize, a scalar. Adds "loss" to the metrics, and whatever else it
  // measures.
  virtual Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const = 0;
  // What config.json says of the loss: what it is, its likelihood and units.
  virtual nlohmann::ordered_json describe() const = 0;

  // Told once, when the model has its first weights, what it will learn from: for a model that
  // keeps some of it, or begins there. A seed decides which.
  virtual void meet(const nn::SharedDataset& train, std::uint64_t seed);
  // Told once, after the last step: for what is fitted to a model that has learned.
  virtual void finish(const nn::SharedDataset& train, Random& noise);
  // What the model learns of a batch: gray pixels may be binarized, by draws from the noise. All
  // that takes a batch here takes what prepare made of it.
  virtual nn::Batch prepare(const nn::Batch& batch, Random& noise) const;
  // Told before each training step, with the epochs so far: 0 at first, 1.5 in the middle of the
  // second. For what changes during a run, a weight that rises. The loss is as at the end if it was
  // never told, and in a pass that does not train: so the losses of all epochs compare.
  virtual void advance(double epochs);
  // Which options let something rise in that way, and for how many epochs.
  struct Rise {
    const char* option;
    double epochs;
  };
  virtual std::vector<Rise> rises() const { return {}; }

  virtual Claim claim() const;                           // of what bound gives
  virtual bool is_told_labels() const { return false; }  // bound is of log p(x|label) then
  virtual std::string likelihood() const;  // "bernoulli", as --likelihood; empty: none
  // From `samples` draws per example. Empty: no likelihood.
  virtual Terms bound(const nn::Batch& batch, std::int64_t samples, nn::Pass& pass) const;
  virtual Variable encode(const nn::Batch& batch, nn::Pass& pass) const;  // [n, latent]; no code
  // Where a code is made of vectors of a codebook: how many, and that in words with what they cost.
  virtual std::int64_t code_vectors() const { return 0; }
  virtual std::string code_in_words() const { return ""; }
  // Drawn from q(z|x), [n, latent]. Empty: the code follows from the example.
  virtual Variable draw_codes(const nn::Batch& batch, nn::Pass& pass) const;
  // KL(q(z_j|x) || p(z_j)), [n, latent]. Empty: no such terms.
  virtual Variable divergences(const nn::Batch& batch, nn::Pass& pass) const;
  // As inputs. Codes of a model that is told labels need the targets of their examples.
  virtual nn::Batch decode(const Variable& codes, nn::Pass& pass, const Tensor& targets) const;
  // What others who run the model get of its two parts (tools/export), from Variables alone, so
  // that a Trace hears of it: "mean", as encode, and "log_variance" of a q(z|x) that is a Gaussian,
  // or the "logits" of labels; "images", as decode, and "numbers" where the likelihood takes those.
  // Empty: it has no such part.
  virtual Outputs encoder_outputs(const nn::Batch& batch) const;
  virtual Outputs decoder_outputs(const Variable& codes, const Tensor& targets) const;
  // log Σ_y p(y) p(x|y) of a model that is told labels, as if they were not known, [n]: comparable
  // with a bound of a model that is not told. Empty: it is told none.
  virtual Variable marginal(const nn::Batch& batch, std::int64_t samples, nn::Pass& pass) const;
  // The model of rows, where it is one. nullptr: the model is of other data.
  virtual const models::TableAutoencoder* table() const { return nullptr; }
  // The model that writes its texts, where it makes texts. nullptr: it makes none.
  virtual const models::LanguageModel* writer() const { return nullptr; }
  // New examples; targets are their labels, where a model draws those. Empty: no distribution to
  // draw from.
  virtual nn::Batch sample(std::int64_t count, const SampleOptions& options, nn::Pass& pass) const;
  // Whether sample makes something of use only after finish.
  virtual bool samples_at_end() const { return false; }
};

// New recipes of all models, in the order of --help.
std::vector<std::unique_ptr<Recipe>> all_recipes();
// The recipe of that name. Throws UsageError, which lists the names.
std::unique_ptr<Recipe> make_recipe(const std::string& name);

}  // namespace ebb::tools
