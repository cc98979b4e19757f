// What is known of a pixel without looking at the others: the first rung of every ladder.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb::tools {

// The mean over images of the log probability, in nats, where each element is 1 with the chance
// that it had in training: from the means of training and test images, [d] each, float64. Of gray
// images minus the cross entropy. `examples`: in training; half a 0 and half a 1 are added to
// those, so that nothing is impossible.
double bernoulli_pixels(const Tensor& train_mean, std::int64_t examples, const Tensor& test_mean);

// How often each element of rows has each of 256 gray levels.
class PixelHistograms final {
 public:
  void add(const Tensor& rows);  // [n, …], float32 in [0, 1]
  // The mean over other rows, in nats, of their log probability under these histograms. A
  // tenth is added to each count, so that nothing is impossible.
  double log_probability(const PixelHistograms& test) const;

 private:
  static constexpr std::size_t levels = 256;
  std::vector<std::int64_t> counts_;  // [d, levels]
  std::int64_t rows_ = 0;
};

}  // namespace ebb::tools
