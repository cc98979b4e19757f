#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cmath>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tools/evaluation/baselines/gaussian_em.hpp>
#include <vector>

namespace ebb::tools {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr double ridge = 1e-6;

struct Rows {
  explicit Rows(const Tensor& x)
      : n(x.size(0)), d(x.size(1)), cells(cast(x, DType::float64).to_vector<double>()) {}
  Vector row(std::int64_t i) const { return Eigen::Map<const Vector>(cells.data() + i * d, d); }
  std::int64_t n, d;
  std::vector<double> cells;
};

// A row split into what is known of it and what is not.
struct Split {
  explicit Split(const Vector& row) {
    for (Eigen::Index j = 0; j < row.size(); ++j)
      (std::isnan(row[j]) ? missing : known).push_back(static_cast<int>(j));
  }
  std::vector<int> known, missing;
};

struct Conditional {
  Vector filled;
  Matrix covariance;  // of what is missing
  double log_density = 0;
};

Conditional given(const Vector& mean, const Matrix& covariance, const Vector& row,
                  const Split& at) {
  Conditional found;
  found.filled = row;
  const auto m = static_cast<Eigen::Index>(at.missing.size());
  if (at.known.empty()) {
    found.filled = mean;
    found.covariance = covariance;
    return found;
  }
  const Eigen::LLT<Matrix> factor(Matrix(covariance(at.known, at.known)));
  const Vector apart = row(at.known) - mean(at.known);
  const Vector solved = factor.solve(apart);
  const Matrix lower = factor.matrixL();
  found.log_density = -0.5 * (apart.dot(solved) + static_cast<double>(at.known.size()) *
                                                      std::log(2 * 3.14159265358979323846)) -
                      lower.diagonal().array().log().sum();
  if (m == 0) return found;
  const Matrix across = covariance(at.known, at.missing);
  const Vector middle = mean(at.missing) + across.transpose() * solved;
  for (Eigen::Index k = 0; k < m; ++k)
    found.filled[at.missing[static_cast<std::size_t>(k)]] = middle[k];
  found.covariance =
      Matrix(covariance(at.missing, at.missing)) - across.transpose() * factor.solve(across);
  return found;
}

Vector mean_of(const FittedGaussian& model) {
  const std::vector<double> numbers = model.mean.to_vector<double>();
  return Eigen::Map<const Vector>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
}

Matrix covariance_of(const FittedGaussian& model) {
  const std::vector<double> numbers = model.covariance.to_vector<double>();
  const auto d = static_cast<Eigen::Index>(model.mean.count());
  return Eigen::Map<const Matrix>(numbers.data(), d, d);
}

// Sums over rows in pieces of one size, added in order: the same for any number of threads.
struct Sums {
  Vector first;
  Matrix second;
};

Sums expect(const Rows& rows, const Vector& mean, const Matrix& covariance) {
  constexpr std::int64_t piece = 64;
  const std::int64_t pieces = (rows.n + piece - 1) / piece;
  std::vector<Sums> all(static_cast<std::size_t>(pieces),
                        {Vector::Zero(rows.d), Matrix::Zero(rows.d, rows.d)});
  parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p) {
      Sums& sums = all[static_cast<std::size_t>(p)];
      for (std::int64_t i = p * piece; i < std::min(rows.n, (p + 1) * piece); ++i) {
        const Vector row = rows.row(i);
        const Split at(row);
        const Conditional found = given(mean, covariance, row, at);
        sums.first += found.filled;
        sums.second += found.filled * found.filled.transpose();
        if (!at.missing.empty()) sums.second(at.missing, at.missing) += found.covariance;
      }
    }
  });
  for (std::size_t p = 1; p < all.size(); ++p)
    all[0].first += all[p].first, all[0].second += all[p].second;
  return all[0];
}

}  // namespace

FittedGaussian fit_gaussian(const Tensor& x, int iterations) {
  const Rows rows(x);
  Vector mean = Vector::Zero(rows.d);
  Matrix covariance = Matrix::Identity(rows.d, rows.d);
  const auto n = static_cast<double>(rows.n);
  for (int i = 0; i < iterations; ++i) {
    const Sums sums = expect(rows, mean, covariance);
    mean = sums.first / n;
    covariance = sums.second / n - mean * mean.transpose();
    covariance.diagonal().array() += ridge;
  }
  FittedGaussian fitted;
  fitted.iterations = iterations;
  fitted.mean = from_vector(std::vector<double>(mean.data(), mean.data() + rows.d));
  fitted.covariance =
      from_vector(std::vector<double>(covariance.data(), covariance.data() + rows.d * rows.d),
                  {rows.d, rows.d});
  return fitted;
}

Tensor fill_by_gaussian(const FittedGaussian& model, const Tensor& x) {
  const Rows rows(x);
  const Vector mean = mean_of(model);
  const Matrix covariance = covariance_of(model);
  std::vector<double> filled(rows.cells.size());
  parallel_for(rows.n, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const Vector row = rows.row(i);
      Eigen::Map<Vector>(filled.data() + i * rows.d, rows.d) =
          given(mean, covariance, row, Split(row)).filled;
    }
  });
  return from_vector(filled, x.shape());
}

double log_density(const FittedGaussian& model, const Tensor& x) {
  const Rows rows(x);
  const Vector mean = mean_of(model);
  const Matrix covariance = covariance_of(model);
  double total = 0;
  for (std::int64_t i = 0; i < rows.n; ++i) {
    const Vector row = rows.row(i);
    total += given(mean, covariance, row, Split(row)).log_density;
  }
  return total / static_cast<double>(rows.n);
}

}  // namespace ebb::tools
