#include <algorithm>
#include <cmath>
#include <nn/optimizers/schedule.hpp>
#include <numbers>
#include <tensor/error.hpp>

namespace ebb::nn::schedule {
namespace {

void require_steps(const char* name, std::int64_t n) {
  if (n < 1) throw Error(text(name, ": a length of ", n, " steps; it must be 1 or more"));
}
void require_factor(const char* name, double factor) {
  if (!(factor >= 0 && std::isfinite(factor)))
    throw Error(text(name, ": a factor of ", factor, "; it must be at least 0 and finite"));
}

// From `from` to `to` in half a wave, for a part from 0 to 1.
double wave(double from, double to, double part) {
  return to + (from - to) * (1 + std::cos(std::numbers::pi * std::clamp(part, 0.0, 1.0))) / 2;
}

double ratio(std::int64_t t, std::int64_t n) {
  return static_cast<double>(t) / static_cast<double>(n);
}

}  // namespace

Schedule constant(double factor) {
  require_factor("constant", factor);
  return [=](std::int64_t) { return factor; };
}

Schedule step(std::int64_t every, double factor) {
  require_steps("step", every);
  require_factor("step", factor);
  return [=](std::int64_t t) { return std::pow(factor, static_cast<double>(t / every)); };
}

Schedule exponential(double factor) {
  require_factor("exponential", factor);
  return [=](std::int64_t t) { return std::pow(factor, static_cast<double>(t)); };
}

Schedule linear(double from, double to, std::int64_t n) {
  require_factor("linear", from);
  require_factor("linear", to);
  require_steps("linear", n);
  return [=](std::int64_t t) { return std::lerp(from, to, ratio(std::min(t, n), n)); };
}

Schedule cosine(std::int64_t n, double last) {
  require_steps("cosine", n);
  require_factor("cosine", last);
  return [=](std::int64_t t) { return wave(1, last, ratio(t, n)); };
}

Schedule warm_up(std::int64_t n, const Schedule& next) {
  require_steps("warm_up", n);
  return then([=](std::int64_t t) { return ratio(t + 1, n + 1); }, n, next);
}

Schedule then(const Schedule& first, std::int64_t n, const Schedule& next) {
  require_steps("then", n);
  return [=](std::int64_t t) { return t < n ? first(t) : next(t - n); };
}

Schedule one_cycle(std::int64_t n, const OneCycleOptions& options) {
  require_steps("one_cycle", n);
  if (!(options.rise >= 0 && options.rise <= 1))
    throw Error(text("one_cycle: a rise of ", options.rise, "; it must be from 0 to 1, try 0.3"));
  for (const double division : {options.division, options.final_division})
    if (!(division > 0 && std::isfinite(division)))
      throw Error(
          text("one_cycle: a division by ", division, "; it must be above 0 and finite, try 25"));
  const double first = 1 / options.division, last = first / options.final_division;
  const double end = static_cast<double>(n - 1);
  const double top = std::clamp(options.rise * static_cast<double>(n) - 1, 0.0, end);
  return [=](std::int64_t t) {
    const double now = static_cast<double>(t);
    if (now < top) return wave(first, 1, now / top);
    return wave(1, last, end > top ? (now - top) / (end - top) : 0);
  };
}

}  // namespace ebb::nn::schedule
