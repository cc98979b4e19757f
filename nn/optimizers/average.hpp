// The exponential moving average of a model's weights: it often predicts better than the weights of
// the last step (Polyak and Juditsky, 1992).
#pragma once

#include <nn/optimizers/optimizer.hpp>

namespace ebb::nn {

struct AverageOptions {
  double decay = 0.999;
  bool warm_up =
      false;  // forgets faster at first: min(decay, (1 + t) / (10 + t)) in update t = 0, …
};

// Starts as a copy of the weights: a ← a + (1 - decay) (w - a) in each update. It points into the
// model, which must not move, but may load new numbers.
//     adam.step(backward(loss));
//     average.update();
class Average final {
 public:
  // Throws Error unless 0 <= decay < 1, and for parameters without numbers.
  explicit Average(const Parameters& parameters, const AverageOptions& options = {});

  // After each step. Throws, before anything has changed, DTypeError where the model has another
  // dtype by now.
  void update();
  std::int64_t updates() const { return updates_; }

  // As an optimizer's, where updates count as steps; "encoder.weight.average". A file: states.hpp.
  OptimizerState state() const;
  void restore(const OptimizerState& state);
  std::vector<std::string> state_names() const;
  const char* name() const { return "average"; }

 private:
  friend class Averaged;
  Parameters parameters_;
  AverageOptions options_;
  std::vector<Tensor> numbers_;
  std::int64_t updates_ = 0;
};

// Until the end of the scope the model has the average's weights: to evaluate, or to save them.
// Steps taken meanwhile are lost; the model's own weights come back bit for bit.
//     const nn::Averaged scope(average);
//     nn::save(model, path);
class [[nodiscard("it ends at once unless it has a name")]] Averaged final {
 public:
  explicit Averaged(const Average& average);
  ~Averaged();
  Averaged(const Averaged&) = delete;
  Averaged& operator=(const Averaged&) = delete;

 private:
  const Average& average_;
  std::vector<Tensor> own_;
};

}  // namespace ebb::nn
