// Does each factor of variation have a code of its own?
#pragma once

#include <tensor/tensor.hpp>

namespace ebb::tools {

// MIG: the mean over factors v of (I(z_a; v) - I(z_b; v)) / H(v), where z_a and z_b are the two
// codes that say most about v: 1 where each factor has one code that tells it, about 0 where none
// does or two share it. From histograms of `bins` equal bins between the smallest and the largest
// value of each code [n, d] and each factor [n, k]; factors with at most so many different values
// are taken as they are. Constant factors do not count; NaN where no other is. With few examples it
// is too high or too low: state n. (Chen et al., "Isolating Sources of Disentanglement", 2018.)
double mutual_information_gap(const Tensor& codes, const Tensor& factors, int bins = 20);

}  // namespace ebb::tools
