#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/measures/moments.hpp>

namespace ebb::tools {

void MomentSums::add(const Tensor& rows) {
  const std::int64_t n = rows.size(0);
  if (n == 0) return;
  const Tensor x = reshape(cast(rows, DType::float64), {n, rows.count() / n});
  const Tensor products = matmul(transpose(x), x), totals = sum(x, 0);
  products_ = count_ == 0 ? products : products_ + products;
  sum_ = count_ == 0 ? totals : sum_ + totals;
  count_ += n;
}

Moments MomentSums::moments() const {
  if (count_ == 0) throw Error("moments: of no rows; there must be at least one");
  const auto n = static_cast<double>(count_);
  const Tensor mean = sum_ / n;
  return {count_, mean, products_ / n - outer(mean, mean)};
}

Moments moments_of(const Tensor& rows) {
  MomentSums sums;
  sums.add(rows);
  return sums.moments();
}

Moments projected(const Moments& moments, const Tensor& origin, const Tensor& matrix) {
  return {moments.count, matmul(matrix, moments.mean - origin),
          matmul(matmul(matrix, moments.covariance), transpose(matrix))};
}

}  // namespace ebb::tools
