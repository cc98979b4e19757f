// Examples made worse on purpose: what a denoising model learns to repair. (Vincent et al.,
// "Extracting and composing robust features with denoising autoencoders", ICML 2008.)
#pragma once

#include <tensor/tensor.hpp>

namespace ebb {
struct Random;

namespace nn {

struct Corruption {
  double deviation = 0;  // standard deviation of Gaussian noise that is added to each element
  double masked = 0;     // the probability of an element to become 0
};

// A new tensor; x itself where there is nothing to do. Throws Error for a deviation below 0 or a
// probability outside [0, 1].
[[nodiscard]] Tensor corrupt(const Tensor& x, const Corruption& corruption, Random& noise);

}  // namespace nn
}  // namespace ebb
