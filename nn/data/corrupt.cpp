#include <nn/data/corrupt.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {

Tensor corrupt(const Tensor& x, const Corruption& corruption, Random& noise) {
  const auto& [deviation, masked] = corruption;
  if (!(deviation >= 0))
    throw Error(text("corrupt: a deviation of ", deviation, "; it is 0 or more"));
  if (!(masked >= 0 && masked <= 1))
    throw Error(text("corrupt: ", masked, " of the elements are masked; it is from 0 to 1"));
  Tensor worse = x;
  if (deviation > 0) worse = worse + deviation * randn(x.shape(), noise, x.dtype());
  if (masked > 0) worse = where(rand(x.shape(), noise, x.dtype()) < masked, 0, worse);
  return worse;
}

}  // namespace ebb::nn
