// Products of a convolution that lay no windows: planes of an image are added up, shifted by the
// taps of the windows. For tensor/windows/ alone.
//
//     one channel     the plane, once for each tap, times its weight
//     few results     first a plane for each tap, the channels' sum with their weights of that tap:
//                     weights times image, a product of matrices that lie there already
#pragma once

#include <tensor/tensor.hpp>
#include <tensor/windows/products.hpp>

namespace ebb::detail {

// Is a convolution, or its transpose, best added up so? And its derivative by the weights?
bool goes_by_planes(const Convolution& c, bool back, DType dtype);
bool correlates_by_planes(const Convolution& c);

// What convolve, convolve_back and correlate give.
Tensor convolve_planes(const Tensor& x, const Tensor& w, const Tensor* bias, const Convolution& c,
                       bool back);
Tensor correlate_planes(const Tensor& x, const Tensor& y, const Convolution& c);

}  // namespace ebb::detail
