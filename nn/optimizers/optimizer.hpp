// How a model learns: gradients become steps of its parameters.
#pragma once

#include <autograd/gradients.hpp>
#include <nn/module.hpp>

namespace ebb::nn {

struct Pass;       // what the buffers become (nn/pass.hpp)
class Parameters;  // some of a model, or of two (nn/parameters.hpp)

// What an optimizer remembers of the steps so far.
struct [[nodiscard]] OptimizerState {
  std::int64_t steps = 0;
  std::vector<Tensor> numbers;  // parameter by parameter
};

// Holds the parameters of a model or list that are not frozen, by their leaves: the model may be
// moved and load new numbers, but a copy of it, or one that was initialized again, wants an
// optimizer of its own. Several may share a model, or hold one parameter.
class Optimizer {
 public:
  virtual ~Optimizer();

  // Changes every parameter that it holds and that has a gradient, in one parallel pass over all of
  // them. Gradients of other leaves are none of its business, with one exception:
  // Throws Error, before anything has changed, also for want of memory, naming each parameter that
  //   - gets a gradient, and no optimizer holds it;
  //   - is held, was to get its first gradient, and gets none.
  // Those that are meant to stay as they are say so by freeze(module); backward(loss, part) asks
  // for the gradients of a part alone, and then that part alone is to get some.
  // Throws Error, too, naming the parameter, where a number would be NaN or infinite and that would
  // not show (Adam): such weights and their memory stay, all others have taken the step.
  //     optimizer.step(backward(loss));
  void step(const Gradients& gradients);
  // The same, and then pass.apply(): the buffers learn. Where it throws they stay as they were.
  //     optimizer.step(backward(loss), pass);
  void step(const Gradients& gradients, Pass& pass);

  std::int64_t steps() const { return steps_; }
  double learning_rate() const { return learning_rate_; }
  void set_learning_rate(double rate);  // throws Error unless finite and >= 0

  // A copy of what it remembers, and the way back: with the weights of that moment, the steps after
  // it have the same bits again. restore takes the numbers as they are, but throws Error where
  // their shapes are not those of this optimizer, or for steps below 0.
  OptimizerState state() const;
  void restore(const OptimizerState& state);

 protected:
  // `states`: how many numbers it remembers per weight, any number, all 0 at the beginning.
  Optimizer(const char* name, const Parameters& parameters, double learning_rate, int states);
  Optimizer(const char* name, const Module& model, double learning_rate, int states);
  Optimizer(Optimizer&& other) noexcept;
  Optimizer& operator=(Optimizer&& other) noexcept;

  // Updates n weights whose numbers, gradients and states lie without gaps; called on several
  // threads. Where a number would not be finite it may leave that weight and, when it has done the
  // others, throw Error: step names the parameter then.
  virtual void update(DType dtype, void* weight, const void* gradient, void* const* states,
                      std::int64_t n) const = 0;

 private:
  struct Slot;  // a parameter with what is remembered of it
  void compare(const Gradients& gradients) const;

  const char* name_;
  double learning_rate_;
  std::size_t states_;
  std::vector<Slot> slots_;
  std::int64_t steps_ = 0;
};

struct SGDOptions {
  double learning_rate = 1e-2;
  double momentum = 0;
  double weight_decay = 0;
};

// v ← momentum v + (g + weight_decay w);  w ← w - learning_rate v. What is NaN or infinite in g or
// v is so in w.
class SGD final : public Optimizer {
 public:
  // Throws Error for options out of range or parameters without numbers.
  explicit SGD(const Module& model, const SGDOptions& options = {});
  explicit SGD(const Parameters& parameters, const SGDOptions& options = {});

 private:
  void update(DType dtype, void* weight, const void* gradient, void* const* states,
              std::int64_t n) const override;
  SGDOptions options_;
};

struct AdamOptions {
  double learning_rate = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double epsilon = 1e-8;    // above 0, in the dtype of the weights, too
  double weight_decay = 0;  // added to the gradient
};

// Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015: steps of about the
// learning rate, whatever the scale of the gradients. One that is NaN or infinite, or so large that
// (1 - beta2) g² is (5.8e20 in float32), makes step throw.
class Adam final : public Optimizer {
 public:
  // Throws Error for options out of range or parameters without numbers.
  explicit Adam(const Module& model, const AdamOptions& options = {});
  explicit Adam(const Parameters& parameters, const AdamOptions& options = {});

 private:
  void update(DType dtype, void* weight, const void* gradient, void* const* states,
              std::int64_t n) const override;
  AdamOptions options_;
};

}  // namespace ebb::nn
