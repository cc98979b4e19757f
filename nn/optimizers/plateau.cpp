#include <algorithm>
#include <cmath>
#include <nn/optimizers/plateau.hpp>
#include <tensor/makers.hpp>

namespace ebb::nn {

Plateau::Plateau(const PlateauOptions& options)
    : options_(options), best_(options.maximize ? -INFINITY : INFINITY) {
  const auto require = [](const char* option, double value, double below) {
    if (!(value >= 0 && value < below))
      throw Error(
          text("plateau: a ", option, " of ", value, "; it must be at least 0 and below ", below));
  };
  require("factor", options.factor, 1);
  require("threshold", options.threshold, 1);
  require("patience", static_cast<double>(options.patience), INFINITY);
  require("cooldown", static_cast<double>(options.cooldown), INFINITY);
  require("smallest factor", options.smallest, INFINITY);
}

double Plateau::see(double metric) {
  // best - threshold |best| would be NaN or on the wrong side where best is infinite.
  const double least = std::isinf(best_) ? 0 : std::abs(best_) * options_.threshold;
  const bool better = options_.maximize ? metric > best_ + least : metric < best_ - least;
  if (better) best_ = metric;
  waited_ = better || cooling_ > 0 ? 0 : waited_ + 1;
  cooling_ = std::max<std::int64_t>(cooling_ - 1, 0);
  if (waited_ > options_.patience) {
    factor_ = std::max(factor_ * options_.factor, std::min(options_.smallest, factor_));
    cooling_ = options_.cooldown;
    waited_ = 0;
  }
  return factor_;
}

Tensor Plateau::state() const {
  return from_vector(std::vector<double>{factor_, best_, static_cast<double>(waited_),
                                         static_cast<double>(cooling_)});
}

void Plateau::restore(const Tensor& state) {
  if (state.shape() != Shape{4} || state.dtype() != DType::float64)
    throw Error(text("plateau: the state to go back to is ", state.shape(), ' ', state.dtype(),
                     ", it must be [4] float64; take it from a plateau"));
  const std::vector<double> numbers = state.to_vector<double>();
  for (const double count : {numbers[2], numbers[3]})
    if (!(count >= 0 && count <= 9e15 && count == std::floor(count)))
      throw Error(text("plateau: the state to go back to counts ", count,
                       " metrics; take it from a plateau"));
  factor_ = numbers[0], best_ = numbers[1];
  waited_ = static_cast<std::int64_t>(numbers[2]), cooling_ = static_cast<std::int64_t>(numbers[3]);
}

}  // namespace ebb::nn
