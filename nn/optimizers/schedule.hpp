// How the learning rate changes over a training: a schedule gives the factor of each step, from the
// number of steps taken before it. It is a function of that number alone, so nothing of it has to
// be saved, and any function will do:
//     adam.follow(nn::schedule::warm_up(100, nn::schedule::cosine(10'000)));
//     adam.follow([](std::int64_t step) { return step < 1000 ? 1 : 0.1; });
// Without follow: adam.set_learning_rate(1e-3 * schedule(adam.steps())). A rate that follows a
// metric: plateau.hpp.
#pragma once

#include <nn/optimizers/optimizer.hpp>

namespace ebb::nn {

// Each throws Error for a number of steps below 1, and for a factor that is negative or not finite.
// t is the step, n the number of steps. Where a schedule ends it stays at its last factor.
namespace schedule {

Schedule constant(double factor = 1);
Schedule step(std::int64_t every, double factor = 0.1);   // factor^floor(t / every)
Schedule exponential(double factor);                      // factor^t
Schedule linear(double from, double to, std::int64_t n);  // from + (to - from) t / n
Schedule cosine(std::int64_t n, double last = 0);  // last + (1 - last) (1 + cos(π t / n)) / 2

// (t + 1) / (n + 1) for n steps, so the first is not 0; then `next` from its beginning.
Schedule warm_up(std::int64_t n, const Schedule& next = constant());
// `first` for n steps, then `next` from its beginning: any number of phases.
Schedule then(const Schedule& first, std::int64_t n, const Schedule& next);

struct OneCycleOptions {
  double rise = 0.3;            // the part of the steps in which the factor rises to 1
  double division = 25;         // it begins with 1 / division
  double final_division = 1e4;  // and ends with 1 / (division final_division)
};
// Up and down again in half waves of the cosine, n steps in all. The top stands at step rise n - 1.
// Smith and Topin, "Super-Convergence", 2018.
Schedule one_cycle(std::int64_t n, const OneCycleOptions& options = {});

}  // namespace schedule
}  // namespace ebb::nn
