// How a model learns: gradients become steps of its parameters.
#pragma once

#include <autograd/gradients.hpp>
#include <cmath>
#include <functional>
#include <nn/parameters.hpp>
#include <span>

namespace ebb {
struct Update;  // tensor/update.hpp, for optimizers of one's own
struct Refusal;
}  // namespace ebb

namespace ebb::nn {

struct Pass;  // what the buffers become (nn/pass.hpp)
// The factor of the learning rate, from the number of steps before (nn/optimizers/schedule.hpp).
using Schedule = std::function<double(std::int64_t step)>;

// What an optimizer remembers of the steps so far.
struct [[nodiscard]] OptimizerState {
  std::int64_t steps = 0;
  std::vector<Tensor> numbers;  // parameter by parameter, state by state
};

// Holds the parameters of a model or list that are not frozen, by their leaves: the model may be
// moved and load new numbers, but a copy of it, or one that was initialized again, needs an
// optimizer of its own. Several may share a model, or hold one parameter.
class Optimizer {
 public:
  virtual ~Optimizer();

  // Changes every parameter that it holds and that has a gradient, in one parallel pass over all of
  // them. It ignores gradients of other leaves. It throws Error that names each parameter that
  //   - gets a gradient, and no optimizer holds it;
  //   - is held, should get its first gradient, and gets none.
  // Nothing has changed then, nor where there is no memory. If a parameter is meant to stay, call
  // freeze(module), or ask for the gradients of a part alone by backward(loss, part). All but SGD
  // also throw Error that names a parameter and its gradient, where what they remember would become
  // NaN or infinite while the weights look well. Those weights and their memory stay, all others
  // have taken the step.
  //     optimizer.step(backward(loss));
  void step(const Gradients& gradients);
  // The same, and then pass.apply(): the buffers learn. Where it throws they stay as they were.
  //     optimizer.step(backward(loss), pass);
  void step(const Gradients& gradients, Pass& pass);

  std::int64_t steps() const { return steps_; }
  const char* name() const { return name_; }  // "adam"

  // What the next step takes: the rate that was set, times what the schedule says of steps().
  double learning_rate() const;
  void set_learning_rate(double rate);  // throws Error unless finite and >= 0
  // From now on each step multiplies the rate by schedule(steps()). A schedule has nothing to save:
  // after a resume it goes on from steps(). step throws Error where it makes the rate negative or
  // NaN.
  //     adam.follow(nn::schedule::warm_up(100, nn::schedule::cosine(10'000)));
  void follow(Schedule schedule) { schedule_ = std::move(schedule); }

  // A copy of what it remembers; restore goes back to it. With the weights of that moment, the next
  // steps have the same bits again. restore takes the numbers as they are, but throws Error where
  // their shapes are not those of this optimizer, or for steps below 0. A file: states.hpp.
  OptimizerState state() const;
  void restore(const OptimizerState& state);
  // The names of state().numbers: "encoder.hidden.weight.first_moment".
  std::vector<std::string> state_names() const;

 protected:
  // A number that it remembers per weight, and its value before the first step.
  struct Memory {
    const char* name;
    double first = 0;
  };
  Optimizer(const char* name, const Parameters& parameters, double learning_rate,
            std::vector<Memory> states);
  Optimizer(Optimizer&& other) noexcept;
  Optimizer& operator=(Optimizer&& other) noexcept;

  // Takes a step: with this learning rate, the t-th, counted from 1. May throw before it has
  // changed anything; a Refusal says what stayed. Usually one call of ebb::update.
  virtual Refusal update(std::span<const Update> updates, double rate, double t) const = 0;

  // Throw Error for options out of range. An epsilon divides where a gradient is 0, so it must be
  // above 0 in the dtype of the weights.
  void require(const char* option, double value, double below = HUGE_VAL) const;
  void require_epsilon(double epsilon) const;

 private:
  struct Slot;  // a parameter with what is remembered of it
  void compare(const Gradients& gradients) const;
  void refuse(const Refusal& refusal, const Slot& slot) const;

  const char* name_;
  double learning_rate_;
  Schedule schedule_;
  std::vector<Memory> states_;
  std::vector<Slot> slots_;
  std::int64_t steps_ = 0;
};

}  // namespace ebb::nn
