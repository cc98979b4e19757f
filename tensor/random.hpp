// Random numbers that are counted, not carried: number i of stream s under a seed is always the
// same, whoever draws it (Philox 4x32-10; Salmon et al., SC 2011).
#pragma once

#include <cstdint>
#include <string_view>
#include <tensor/tensor.hpp>

namespace ebb {

// Where the next number comes from. Three integers are the whole state: copy it to draw the same
// again.
struct [[nodiscard]] Random {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
  std::uint64_t position = 0;

  // A stream of its own for a name: what is drawn from it does not depend on anything else.
  Random fork(std::string_view name) const;
};

// New tensors; float32 or float64, else DTypeError. The generator moves on by a whole number of
// groups of four; a float64 counts as two.
Tensor rand(const Shape& shape, Random& random, DType dtype = DType::float32);  // in [0, 1)
Tensor randn(const Shape& shape, Random& random,
             DType dtype = DType::float32);  // mean 0, variance 1

// 1 with the probability that p has at its place, else 0, in p's shape and dtype; one number each
// is drawn as by rand. Error for a probability outside [0, 1].
Tensor bernoulli(const Tensor& p, Random& random);

struct MultinomialOptions {
  bool replacement = false;  // may one be drawn twice?
};

// n draws from categories whose chances are as the weights [categories], or [rows, categories],
// each row by itself: int32 [n] or [rows, n]. Throws ShapeError for other shapes and for n < 1;
// Error where a weight is negative, infinite or NaN, where they are all 0, and, without
// replacement, where fewer than n are larger than 0. (Efraimidis and Spirakis, "Weighted random
// sampling with a reservoir", Information Processing Letters 2006.)
Tensor multinomial(const Tensor& weights, std::int64_t n, Random& random,
                   const MultinomialOptions& options = {});

// An order of 0 … n - 1, each order equally likely. ShapeError for a negative n.
[[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t n, Random& random);

}  // namespace ebb
