// How far apart are two sets of points, each taken for a Gaussian?
#pragma once

#include <tools/evaluation/measures/moments.hpp>

namespace ebb::tools {

// The squared Fréchet distance of N(m, A) and N(n, B): |m - n|² + tr(A + B - 2 (A^½ B A^½)^½).
// (Dowson and Landau, "The Fréchet distance between multivariate normal distributions", 1982.)
double frechet_distance(const Moments& a, const Moments& b);

}  // namespace ebb::tools
