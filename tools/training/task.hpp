// What a training run asks of its model, whichever it is.
#pragma once

#include <autograd/tape.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <nn/module.hpp>
#include <string>
#include <tensor/random.hpp>
#include <tools/training/options.hpp>

namespace ebb::tools {

// Sums over images, for means over an epoch.
struct Tally {
  double loss = 0, reconstruction = 0, kl = 0, elbo_squared = 0;
  std::int64_t images = 0;
};

class Task {
 public:
  virtual ~Task() = default;
  virtual ebb::nn::Module& model() = 0;
  // The loss of a batch to descend, and its parts added to the tally.
  virtual ebb::Variable loss(const ebb::Tensor& images, ebb::Random& noise, Tally& tally) const = 0;
  virtual ebb::Tensor reconstruct(const ebb::Tensor& images) const = 0;
  // New images, or none where the model has no prior.
  virtual ebb::Tensor sample(std::int64_t count, ebb::Random& noise) const = 0;
  // What config.json says of the loss, and metrics.jsonl of a tally.
  virtual nlohmann::ordered_json describe() const = 0;
  virtual void report(nlohmann::ordered_json& line, const Tally& train,
                      const Tally& test) const = 0;
};

std::unique_ptr<Task> make_task(const TrainOptions& options, std::int64_t image_size);

}  // namespace ebb::tools
