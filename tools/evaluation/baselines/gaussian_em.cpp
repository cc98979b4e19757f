#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <map>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tools/evaluation/baselines/gaussian_em.hpp>
#include <vector>

namespace ebb::tools {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Index = Eigen::Index;

// Some rows of which the same is known: one factorization serves all of them.
struct Group {
  std::vector<int> known, missing;
  std::vector<Index> places;  // in the table
  Matrix rows;                // [d, rows], 0 where it is missing
};

std::vector<Group> groups_of(const Tensor& x) {
  constexpr std::size_t most = 256;  // small enough to share work evenly
  const Index n = x.size(0), d = x.size(1);
  const std::vector<double> cells = cast(x, DType::float64).to_vector<double>();
  std::map<std::vector<bool>, std::vector<Index>> patterns;
  for (Index i = 0; i < n; ++i) {
    std::vector<bool> pattern;
    for (Index j = 0; j < d; ++j)
      pattern.push_back(std::isnan(cells[static_cast<std::size_t>(i * d + j)]));
    patterns[pattern].push_back(i);
  }
  std::vector<Group> groups;
  for (const auto& [pattern, places] : patterns)
    for (std::size_t first = 0; first < places.size(); first += most) {
      Group& group = groups.emplace_back();
      for (Index j = 0; j < d; ++j)
        (pattern[static_cast<std::size_t>(j)] ? group.missing : group.known)
            .push_back(static_cast<int>(j));
      const auto begin = places.begin() + static_cast<std::ptrdiff_t>(first);
      group.places.assign(
          begin, begin + static_cast<std::ptrdiff_t>(std::min(most, places.size() - first)));
      group.rows.resize(d, static_cast<Index>(group.places.size()));
      for (Index i = 0; i < group.rows.cols(); ++i)
        for (Index j = 0; j < d; ++j) {
          const double cell =
              cells[static_cast<std::size_t>(group.places[static_cast<std::size_t>(i)] * d + j)];
          group.rows(j, i) = std::isnan(cell) ? 0 : cell;
        }
    }
  return groups;
}

struct Component {
  double share = 1;
  Vector mean;
  Matrix covariance;
};

// What a component says of a group.
struct Conditional {
  Matrix filled;      // [d, rows]
  Matrix covariance;  // of what is missing
  Vector log_density;
};

Conditional given(const Component& model, const Group& group) {
  Conditional found{group.rows, {}, Vector::Constant(group.rows.cols(), std::log(model.share))};
  if (group.known.empty()) {
    found.filled.colwise() = model.mean;
    found.covariance = model.covariance;
    return found;
  }
  const Eigen::LLT<Matrix> factor(Matrix(model.covariance(group.known, group.known)));
  const Matrix lower = factor.matrixL();
  const Matrix apart =
      Matrix(group.rows(group.known, Eigen::all)).colwise() - Vector(model.mean(group.known));
  const Matrix half = lower.triangularView<Eigen::Lower>().solve(apart);
  found.log_density.array() -=
      0.5 * half.colwise().squaredNorm().transpose().array() +
      lower.diagonal().array().log().sum() +
      0.5 * static_cast<double>(group.known.size()) * std::log(2 * 3.14159265358979323846);
  if (group.missing.empty()) return found;
  const Matrix across = lower.triangularView<Eigen::Lower>().solve(
      Matrix(model.covariance(group.known, group.missing)));
  Matrix middle = across.transpose() * half;
  middle.colwise() += Vector(model.mean(group.missing));
  found.filled(group.missing, Eigen::all) = middle;
  found.covariance = Matrix(model.covariance(group.missing, group.missing));
  found.covariance.noalias() -= across.transpose() * across;
  return found;
}

// Conditionals of all components, and how much of each row is theirs: [components, rows].
struct Shared {
  std::vector<Conditional> each;
  Matrix parts;
  double log_density = 0;  // of all rows
};

Shared shared(const std::vector<Component>& model, const Group& group) {
  Shared found;
  found.parts.resize(static_cast<Index>(model.size()), group.rows.cols());
  for (const Component& component : model) found.each.push_back(given(component, group));
  for (std::size_t c = 0; c < model.size(); ++c)
    found.parts.row(static_cast<Index>(c)) = found.each[c].log_density;
  for (Index i = 0; i < found.parts.cols(); ++i) {
    const double most = found.parts.col(i).maxCoeff();
    found.parts.col(i) = (found.parts.col(i).array() - most).exp();
    const double sum = found.parts.col(i).sum();
    found.parts.col(i) /= sum;
    found.log_density += most + std::log(sum);
  }
  return found;
}

// Sums over rows for each component.
struct Sums {
  Sums(std::size_t components, Index d)
      : weight(components),
        first(components, Vector::Zero(d)),
        second(components, Matrix::Zero(d, d)) {}

  void add(const std::vector<Component>& model, const Group& group) {
    const Shared found = shared(model, group);
    log_density += found.log_density;
    for (std::size_t c = 0; c < model.size(); ++c) {
      const Conditional& one = found.each[c];
      const Vector parts = found.parts.row(static_cast<Index>(c));
      weight[c] += parts.sum();
      const Matrix weighted = one.filled * parts.asDiagonal();
      first[c] += weighted.rowwise().sum();
      second[c].noalias() += weighted * one.filled.transpose();
      if (!group.missing.empty())
        second[c](group.missing, group.missing) += parts.sum() * one.covariance;
    }
  }
  void add(const Sums& other) {
    log_density += other.log_density;
    for (std::size_t c = 0; c < weight.size(); ++c)
      weight[c] += other.weight[c], first[c] += other.first[c], second[c] += other.second[c];
  }

  double log_density = 0;
  std::vector<double> weight;
  std::vector<Vector> first;
  std::vector<Matrix> second;
};

// In pieces of one size, added in order: the same for any number of threads.
Sums expect(const std::vector<Component>& model, const std::vector<Group>& groups) {
  constexpr std::int64_t pieces = 16;
  const auto count = static_cast<std::int64_t>(groups.size());
  std::vector<Sums> all(pieces, Sums(model.size(), model[0].mean.size()));
  parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p)
      for (std::int64_t g = p * count / pieces; g < (p + 1) * count / pieces; ++g)
        all[static_cast<std::size_t>(p)].add(model, groups[static_cast<std::size_t>(g)]);
  });
  for (std::size_t p = 1; p < all.size(); ++p) all[0].add(all[p]);
  return all[0];
}

std::vector<Component> first_components(const std::vector<Group>& groups, std::int64_t count,
                                        Index d) {
  std::vector<Component> model;
  const double share = 1 / static_cast<double>(count);
  for (std::int64_t c = 0; c < count; ++c) {
    const Group& group =
        groups[static_cast<std::size_t>(c * static_cast<std::int64_t>(groups.size()) / count)];
    const Vector row = group.rows.col(c * 7919 % group.rows.cols());
    model.push_back({share, count == 1 ? Vector::Zero(d) : row, Matrix::Identity(d, d)});
  }
  return model;
}

void maximize(std::vector<Component>& model, const Sums& sums, double n) {
  const double ridge = model.size() == 1 ? 1e-6 : 1e-3;
  for (std::size_t c = 0; c < model.size(); ++c) {
    if (sums.weight[c] < 1e-3) continue;  // nobody's: it stays what it was
    model[c].share = sums.weight[c] / n;
    model[c].mean = sums.first[c] / sums.weight[c];
    model[c].covariance =
        sums.second[c] / sums.weight[c] - model[c].mean * model[c].mean.transpose();
    model[c].covariance.diagonal().array() += ridge;
  }
}

std::vector<Component> components_of(const FittedGaussians& model) {
  const Index d = model.mean.size(1);
  const std::vector<double> shares = model.shares.to_vector<double>(),
                            means = model.mean.to_vector<double>(),
                            covariances = model.covariance.to_vector<double>();
  std::vector<Component> all;
  for (Index c = 0; c < model.mean.size(0); ++c)
    all.push_back({shares[static_cast<std::size_t>(c)],
                   Eigen::Map<const Vector>(means.data() + c * d, d),
                   Eigen::Map<const Matrix>(covariances.data() + c * d * d, d, d)});
  return all;
}

}  // namespace

FittedGaussians fit_gaussians(const Tensor& rows, const EmOptions& options) {
  const std::int64_t d = rows.size(1);
  const std::vector<Group> groups = groups_of(rows);
  std::vector<Component> model = first_components(groups, options.components, d);
  FittedGaussians fitted;
  double last = 0;
  while (fitted.iterations < options.iterations && !fitted.converged) {
    const Sums sums = expect(model, groups);
    fitted.converged = fitted.iterations > 0 &&
                       std::abs(sums.log_density - last) < options.tolerance * std::abs(last);
    last = sums.log_density;
    maximize(model, sums, static_cast<double>(rows.size(0)));
    ++fitted.iterations;
  }
  std::vector<double> shares, means, covariances;
  for (const Component& one : model) {
    shares.push_back(one.share);
    means.insert(means.end(), one.mean.data(), one.mean.data() + d);
    covariances.insert(covariances.end(), one.covariance.data(), one.covariance.data() + d * d);
  }
  fitted.shares = from_vector(shares);
  fitted.mean = from_vector(means, {options.components, d});
  fitted.covariance = from_vector(covariances, {options.components, d, d});
  return fitted;
}

Tensor fill_by_gaussians(const FittedGaussians& model, const Tensor& x) {
  const std::vector<Component> components = components_of(model);
  const std::vector<Group> groups = groups_of(x);
  std::vector<double> filled(static_cast<std::size_t>(x.count()));
  parallel_for(
      static_cast<std::int64_t>(groups.size()), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t g = begin; g < end; ++g) {
          const Group& group = groups[static_cast<std::size_t>(g)];
          const Shared found = shared(components, group);
          Matrix mean = Matrix::Zero(group.rows.rows(), group.rows.cols());
          for (std::size_t c = 0; c < components.size(); ++c)
            mean += found.each[c].filled * found.parts.row(static_cast<Index>(c)).asDiagonal();
          mean(group.known, Eigen::all) = Matrix(group.rows(group.known, Eigen::all));
          for (Index i = 0; i < mean.cols(); ++i)
            Eigen::Map<Vector>(
                filled.data() + group.places[static_cast<std::size_t>(i)] * mean.rows(),
                mean.rows()) = mean.col(i);
        }
      });
  return from_vector(filled, x.shape());
}

double log_density(const FittedGaussians& model, const Tensor& x) {
  return expect(components_of(model), groups_of(x)).log_density / static_cast<double>(x.size(0));
}

}  // namespace ebb::tools
