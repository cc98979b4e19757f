// Reductions by plain loops over double, and how near to them a result must come.
#pragma once

#include <algorithm>
#include <tensor/reduce.hpp>
#include <tests/tensor/support.hpp>

using Doubles = std::vector<double>;
inline constexpr ebb::DType floating[] = {ebb::DType::float32, ebb::DType::float64};

// f of the elements that go into each element of the result, read one by one.
template <class F>
Doubles by_hand(const ebb::Tensor& x, const ebb::Axes& axes, const F& f) {
  const ebb::Reduction what = reduction("by_hand", x.shape(), axes);
  const Doubles elements = doubles(x);
  std::vector<Doubles> groups(static_cast<std::size_t>(what.kept.count()));
  for (std::int64_t i = 0; i < x.count(); ++i) {
    std::int64_t rest = i, group = 0, step = 1;
    for (int axis = x.rank() - 1; axis >= 0; --axis) {
      group += what.kept[axis] == 1 ? 0 : rest % x.shape()[axis] * step;
      step *= what.kept[axis];
      rest /= x.shape()[axis];
    }
    groups[static_cast<std::size_t>(group)].push_back(elements[static_cast<std::size_t>(i)]);
  }
  Doubles results;
  for (const Doubles& group : groups) results.push_back(f(group));
  return results;
}

// In long double: its roundings stay below those that are looked for.
inline double sum_of(const Doubles& x) {
  long double sum = 0;
  for (double value : x) sum += value;
  return static_cast<double>(sum);
}
inline double mean_of(const Doubles& x) { return sum_of(x) / static_cast<double>(x.size()); }
inline double var_of(const Doubles& x) {
  const double mean = mean_of(x);
  Doubles squares;
  for (double value : x) squares.push_back((value - mean) * (value - mean));
  return sum_of(squares) / static_cast<double>(x.size() - 1);
}
inline double log_of_sum(const Doubles& x) {
  Doubles powers;
  for (double value : x) powers.push_back(std::exp(value));
  return std::log(sum_of(powers));
}
inline double max_of(const Doubles& x) { return *std::max_element(x.begin(), x.end()); }
inline double min_of(const Doubles& x) { return *std::min_element(x.begin(), x.end()); }

// Equal, or as near as so many roundings allow; NaN is near NaN alone.
inline bool near(const ebb::Tensor& y, const Doubles& expected, double roundings) {
  const double epsilon = y.dtype() == ebb::DType::float32 ? 0x1p-23 : 0x1p-52;
  const Doubles found = doubles(y);
  if (found.size() != expected.size()) return false;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i] != expected[i] && !(std::isnan(found[i]) && std::isnan(expected[i])) &&
        !(std::fabs(found[i] - expected[i]) <=
          roundings * epsilon * std::max(1.0, std::fabs(expected[i]))))
      return false;
  return true;
}
