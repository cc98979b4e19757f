#include <algorithm>
#include <autograd/anomaly.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <tensor/views.hpp>
#include <tools/evaluation/measures/mutual_information_gap.hpp>

namespace ebb::tools {

namespace {

using Bins = std::vector<int>;  // of each example

// Column i of x, [n, columns].
std::vector<double> column(const Tensor& x, std::int64_t i) {
  return transpose(cast(x, DType::float64))[i].to_vector<double>();
}

Bins equal_bins(const std::vector<double>& values, int bins) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double width = (*most - *least) / bins;
  Bins places;
  for (const double value : values)
    places.push_back(width > 0 ? std::min(static_cast<int>((value - *least) / width), bins - 1)
                               : 0);
  return places;
}

// A bin for each of the values, where they are few.
Bins factor_bins(const std::vector<double>& values, int bins) {
  const std::set<double> different(values.begin(), values.end());
  if (different.size() > static_cast<std::size_t>(bins)) return equal_bins(values, bins);
  Bins places;
  for (const double value : values)
    places.push_back(static_cast<int>(std::distance(different.begin(), different.find(value))));
  return places;
}

// In nats.
double entropy(const std::vector<int>& counts, std::size_t n) {
  double sum = 0;
  for (const int count : counts) {
    const double p = static_cast<double>(count) / static_cast<double>(n);
    if (count > 0) sum -= p * std::log(p);
  }
  return sum;
}

double entropy_of(const Bins& a, int bins) {
  std::vector<int> counts(static_cast<std::size_t>(bins));
  for (const int bin : a) ++counts[static_cast<std::size_t>(bin)];
  return entropy(counts, a.size());
}

double mutual_information(const Bins& a, const Bins& b, int bins) {
  Bins both = a;
  for (std::size_t i = 0; i < both.size(); ++i) both[i] = a[i] * bins + b[i];
  return entropy_of(a, bins) + entropy_of(b, bins) - entropy_of(both, bins * bins);
}

}  // namespace

double mutual_information_gap(const Tensor& codes, const Tensor& factors, int bins) {
  if (codes.rank() != 2 || factors.rank() != 2 || codes.size(0) != factors.size(0))
    throw ShapeError(text("mutual_information_gap: codes ", codes.shape(), " and factors ",
                          factors.shape(), " must be [n, …], with one row for each example"));
  if (bins < 1 || !is_finite(codes) || !is_finite(factors))
    throw Error(text("mutual_information_gap: ", bins, " bins of codes ", codes.shape(),
                     "; there must be at least 1, and all values finite"));
  std::vector<Bins> of_codes;
  for (std::int64_t i = 0; i < codes.size(1); ++i)
    of_codes.push_back(equal_bins(column(codes, i), bins));
  double sum = 0;
  int varying = 0;
  for (std::int64_t k = 0; k < factors.size(1); ++k) {
    const Bins factor = factor_bins(column(factors, k), bins);
    const double whole = entropy_of(factor, bins);
    if (whole == 0) continue;
    double first = 0, second = 0;
    for (const Bins& code : of_codes) {
      const double information = mutual_information(code, factor, bins);
      second = std::max(second, std::min(first, information));
      first = std::max(first, information);
    }
    sum += (first - second) / whole;
    ++varying;
  }
  return varying > 0 ? sum / varying : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace ebb::tools
