#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tools/training/schedules.hpp>

namespace ebb::tools {

namespace {

nn::Schedule iwae(std::int64_t steps_per_epoch) {
  return [=](std::int64_t t) {
    int i = 0;
    for (std::int64_t n = steps_per_epoch; i < 7 && t >= n; ++i, n *= 3) t -= n;
    return std::pow(10, -i / 7.0);
  };
}

nn::Schedule by_name(const std::string& name, std::int64_t n, std::int64_t steps_per_epoch) {
  if (name == "cosine") return nn::schedule::cosine(n);
  if (name == "exponential")
    return nn::schedule::exponential(std::pow(100, -1 / static_cast<double>(n)));
  if (name == "iwae") return iwae(steps_per_epoch);
  return {};
}

}  // namespace

nn::Schedule make_schedule(const TrainOptions& options, std::int64_t steps_per_epoch) {
  const std::int64_t planned = options.epochs * steps_per_epoch;
  const nn::Schedule then = by_name(
      options.schedule, std::max<std::int64_t>(planned - options.warm_up, 1), steps_per_epoch);
  if (options.warm_up == 0) return then;
  return nn::schedule::warm_up(options.warm_up, then ? then : nn::schedule::constant());
}

std::string too_long_warm_up(std::int64_t warm_up, std::int64_t steps) {
  return fmt::format(
      "--warm-up: the learning rate would rise for {} steps, and the run has {}: it ends at {:.3g} "
      "of --lr",
      warm_up, steps, static_cast<double>(steps) / static_cast<double>(warm_up));
}

std::string too_long_rise(const std::string& option, double rise, std::int64_t epochs) {
  return fmt::format(
      "--{}: it would rise for {} epochs, and the run has {}: it ends at {:.3g} of it", option,
      rise, epochs, static_cast<double>(epochs) / rise);
}

}  // namespace ebb::tools
