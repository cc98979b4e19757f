// Means and covariances of many rows, all in float64.
#pragma once

#include <tensor/tensor.hpp>

namespace ebb::tools {

struct Moments {
  std::int64_t count = 0;  // of rows; 0 where they follow from a model
  Tensor mean;             // [d]
  Tensor covariance;       // [d, d], over count: the most likely one
};

// Collects rows, batch by batch.
class MomentSums final {
 public:
  void add(const Tensor& rows);  // [n, …], flattened to [n, d]; d is the same in each call
  Moments moments() const;       // of all rows so far. Throws Error before the first
  std::int64_t count() const { return count_; }

 private:
  std::int64_t count_ = 0;
  Tensor sum_, products_;
};

// Of rows [n, …].
Moments moments_of(const Tensor& rows);
// Of the rows times the matrix [k, d]: y = (x - origin) matrixᵀ.
Moments projected(const Moments& moments, const Tensor& origin, const Tensor& matrix);

}  // namespace ebb::tools
