#include <algorithm>
#include <cmath>
#include <nn/data/split.hpp>
#include <numeric>
#include <tensor/random.hpp>

namespace ebb::nn {
namespace {

void check_fractions(std::span<const double> fractions) {
  for (double fraction : fractions)
    if (!(fraction > 0 && fraction <= 1))
      throw Error(text("split: a fraction of ", fraction, "; try more than 0 and at most 1"));
  const double sum = std::accumulate(fractions.begin(), fractions.end(), 0.0);
  if (std::abs(sum - 1) > 1e-9)  // {0.7, 0.2, 0.1} misses 1 by a rounding
    throw Error(text("split: fractions add up to ", sum, ", not 1; try another part for the rest"));
}

}  // namespace

Subset::Subset(const SharedDataset& dataset, std::vector<std::int64_t> indices)
    : dataset_(dataset),
      indices_(std::make_shared<const std::vector<std::int64_t>>(std::move(indices))) {
  detail::check_indices("subset", *indices_, dataset_->count());
}

Batch Subset::gather(std::span<const std::int64_t> indices) const {
  detail::check_indices("subset", indices, count());
  std::vector<std::int64_t> whole;
  whole.reserve(indices.size());
  for (std::int64_t i : indices) whole.push_back((*indices_)[static_cast<std::size_t>(i)]);
  return dataset_->gather(whole);
}

std::vector<std::int32_t> Subset::lengths() const {
  const std::vector<std::int32_t> whole = dataset_->lengths();
  std::vector<std::int32_t> some;
  if (whole.empty()) return some;
  for (const std::int64_t i : *indices_) some.push_back(whole[static_cast<std::size_t>(i)]);
  return some;
}

std::vector<std::vector<std::int64_t>> detail::split_indices(std::int64_t count,
                                                             std::span<const double> fractions,
                                                             std::uint64_t seed) {
  check_fractions(fractions);
  Random random = Random{seed}.fork("split");
  const std::vector<std::int64_t> order = permutation(count, random);
  std::vector<std::vector<std::int64_t>> parts;
  double sum = 0;
  auto begin = order.begin();
  for (double fraction : fractions) {
    sum += fraction;
    // The bounds are rounded, not the lengths, so that the last part ends with the last example.
    const auto end = order.begin() + std::llround(std::min(sum, 1.0) * static_cast<double>(count));
    if (end == begin)
      throw Error(text("split: a fraction of ", fraction, " of ", count,
                       " examples holds none; try a larger one"));
    std::vector<std::int64_t>& part = parts.emplace_back(begin, end);
    std::sort(part.begin(), part.end());
    begin = end;
  }
  return parts;
}

}  // namespace ebb::nn
