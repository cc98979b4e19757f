#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <tools/evaluation/baselines/independent_pixels.hpp>

namespace ebb::tools {

namespace {
constexpr double added = 0.1;  // to each count of a histogram
}

double bernoulli_pixels(const Tensor& train_mean, std::int64_t examples, const Tensor& test_mean) {
  const auto n = static_cast<double>(examples);
  const Tensor p = (train_mean * n + 0.5) / (n + 1);
  return sum(test_mean * log(p) + (1 - test_mean) * log(1 - p)).item();
}

void PixelHistograms::add(const Tensor& rows) {
  const std::vector<float> values = rows.to_vector<float>();
  const auto n = static_cast<std::size_t>(rows.size(0));
  const std::size_t d = n == 0 ? 0 : values.size() / n;
  if (counts_.empty()) counts_.resize(d * levels);
  for (std::size_t i = 0; i < values.size(); ++i)
    ++counts_[i % d * levels + static_cast<std::size_t>(std::lround(255 * values[i]))];
  rows_ += static_cast<std::int64_t>(n);
}

double PixelHistograms::log_probability(const PixelHistograms& test) const {
  double sum = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (test.counts_[i] > 0)
      sum += static_cast<double>(test.counts_[i]) *
             std::log((static_cast<double>(counts_[i]) + added) /
                      (static_cast<double>(rows_) + added * static_cast<double>(levels)));
  return sum / static_cast<double>(test.rows_);
}

}  // namespace ebb::tools
