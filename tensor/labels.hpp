// The logarithm of the probability of labels under softmax, without the probabilities of all
// others: what a classifier, or a model of text with thousands of words, is trained by.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb {

// y = log_softmax(x, -1) at one class of each row, in the shape of x without its last axis, the
// classes. With the largest element of each row and log Σ exp(x - largest), from which the
// derivative can tell all probabilities.
struct LabelTerms {
  Tensor y, largest, log_sums;
};

// Reads x once. Labels are int32 in [0, classes), in y's shape. Throws as gather does.
LabelTerms log_softmax_at(const Tensor& x, const Tensor& labels);

// Its derivative: dy to the label, less dy softmax(x), in x's shape, in one loop.
Tensor log_softmax_at_back(const Tensor& x, const Tensor& labels, const LabelTerms& terms,
                           const Tensor& dy);

}  // namespace ebb
