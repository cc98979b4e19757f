// How much of the class can be read off a code by a linear function?
#pragma once

#include <tools/evaluation/measures/neighbors.hpp>

namespace ebb::tools {

// The share of `test` whose label multinomial logistic regression, learned from `train`, gives the
// highest probability: from 0 to 1. Features are standardized, and half the squared weights are
// added to the loss. Nothing is drawn. Throws ShapeError where the codes' widths differ.
double linear_probe_accuracy(const LabelledCodes& train, const LabelledCodes& test,
                             std::int64_t classes);

}  // namespace ebb::tools
