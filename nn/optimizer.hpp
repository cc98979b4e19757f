// How a model learns: gradients become steps of its parameters.
#pragma once

#include <autograd/gradients.hpp>
#include <nn/module.hpp>

namespace ebb::nn {

// What an optimizer remembers of the steps so far.
struct OptimizerState {
  std::int64_t steps = 0;
  std::vector<Tensor> numbers;  // parameter by parameter
};

// Holds the parameters of a model that are not frozen, by their leaves: the model may be moved and
// load new numbers, but a copy of it, or one that was initialized again, wants an optimizer of its
// own.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  // Changes every parameter that has a gradient, in one parallel pass over all of them. Throws
  // Error, naming the differences, where something gets a gradient that it does not hold, and in
  // the first step where something that it holds gets none; freeze(module) says that a part is
  // meant to stay as it is. Where it throws, also for want of memory, nothing has changed.
  //     optimizer.step(backward(loss));
  void step(const Gradients& gradients);

  std::int64_t steps() const { return steps_; }
  double learning_rate() const { return learning_rate_; }
  void set_learning_rate(double rate);  // throws Error unless finite and >= 0

  // A copy of what it remembers, and the way back: with the weights of that moment, the steps after
  // it have the same bits again. restore throws Error for the state of another optimizer.
  OptimizerState state() const;
  void restore(const OptimizerState& state);

 protected:
  // `states`: how many numbers it remembers per weight, all 0 at the beginning.
  Optimizer(const char* name, const Module& model, double learning_rate, int states);

  // Updates n weights whose numbers, gradients and states lie without gaps.
  virtual void update(DType dtype, void* weight, const void* gradient, void* const* states,
                      std::int64_t n) const = 0;

 private:
  struct Slot {
    std::string path;
    Variable leaf;
    std::vector<Tensor> states;
  };
  void compare(const Gradients& gradients) const;

  const char* name_;
  double learning_rate_;
  std::vector<Slot> slots_;
  std::int64_t steps_ = 0;
};

struct SGDOptions {
  double learning_rate = 1e-2;
  double momentum = 0;
  double weight_decay = 0;
};

// v ← momentum v + (g + weight_decay w);  w ← w - learning_rate v.
class SGD final : public Optimizer {
 public:
  // Throws Error for options out of range or a model without numbers.
  explicit SGD(const Module& model, const SGDOptions& options = {});

 private:
  void update(DType dtype, void* weight, const void* gradient, void* const* states,
              std::int64_t n) const override;
  SGDOptions options_;
};

struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  // added to the gradient
};

// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015: steps of about the
// learning rate, whatever the scale of the gradients.
class Adam final : public Optimizer {
 public:
  // Throws Error for options out of range or a model without numbers.
  explicit Adam(const Module& model, const AdamOptions& options = {});

 private:
  void update(DType dtype, void* weight, const void* gradient, void* const* states,
              std::int64_t n) const override;
  AdamOptions options_;
};

}  // namespace ebb::nn
