// Parts of a dataset: one to learn from, one to choose by, one to report.
#pragma once

#include <array>
#include <nn/data/dataset.hpp>
#include <vector>

namespace ebb::nn {

// Some examples of a dataset, which it shares: those with these indices, in their order. Throws
// Error for an index outside [0, count).
class [[nodiscard]] Subset final : public Dataset {
 public:
  Subset(const SharedDataset& dataset, std::vector<std::int64_t> indices);

  std::int64_t count() const override { return static_cast<std::int64_t>(indices_->size()); }
  Batch gather(std::span<const std::int64_t> indices) const override;
  Examples examples() const override { return dataset_->examples(); }
  std::vector<std::int32_t> lengths() const override;
  std::span<const std::int64_t> indices() const& { return *indices_; }  // in the whole dataset
  void indices() const&& = delete;                                      // of a temporary: gone

 private:
  SharedDataset dataset_;
  std::shared_ptr<const std::vector<std::int64_t>> indices_;  // a copy of a Subset is cheap
};

namespace detail {
std::vector<std::vector<std::int64_t>> split_indices(std::int64_t count,
                                                     std::span<const double> fractions,
                                                     std::uint64_t seed);
}  // namespace detail

// The dataset cut into parts of these fractions: each example is in exactly one, drawn from the
// seed alone; inside a part the examples keep their order.
//     const auto [train, validation] = nn::split(digits, {0.9, 0.1}, 7);
// Throws Error unless the fractions are above 0 and add up to 1, and for a part without examples.
template <std::size_t N>
std::array<Subset, N> split(const SharedDataset& dataset, const double (&fractions)[N],
                            std::uint64_t seed = 0) {
  auto parts = detail::split_indices(dataset->count(), fractions, seed);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<Subset, N>{Subset(dataset, std::move(parts[I]))...};
  }
  (std::make_index_sequence<N>());
}

}  // namespace ebb::nn
