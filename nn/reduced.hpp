// What losses and distributions share.
#pragma once

#include <nn/losses.hpp>

namespace ebb::nn::detail {

// Losses never broadcast: a target of another shape is a mistake that would train on nonsense.
void require_alike(const char* operation, const char* first, const Variable& a, const char* second,
                   const Variable& b);
// Elements are in [0, 1], which no NaN is. Integers and nothing pass: others say what is wrong
// there.
void require_unit(const char* operation, const Tensor& x);
// Error for a label (int32, of any shape) outside [0, classes).
void require_labels(const char* operation, const Tensor& labels, std::int64_t classes);
Variable reduced(const Variable& losses, LossReduction reduction);

}  // namespace ebb::nn::detail
