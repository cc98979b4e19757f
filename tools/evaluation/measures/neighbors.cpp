#include <map>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/parts.hpp>
#include <tensor/sort.hpp>
#include <tensor/views.hpp>
#include <tools/evaluation/measures/neighbors.hpp>

namespace ebb::tools {

namespace {

constexpr std::int64_t at_once = 4'000'000;  // distances that are in memory together

int most_frequent(const std::int32_t* labels, std::int64_t k) {
  std::map<int, int> counts;
  for (std::int64_t i = 0; i < k; ++i) ++counts[labels[i]];
  int best = counts.begin()->first;
  for (const auto& [label, count] : counts)
    if (count > counts[best]) best = label;
  return best;
}

void check(const LabelledCodes& train, const LabelledCodes& test, std::int64_t k) {
  if (train.codes.rank() != 2 || test.codes.rank() != 2 ||
      train.codes.size(1) != test.codes.size(1) || train.codes.size(0) < k || k < 1)
    throw ShapeError(text("neighbor_accuracy: codes ", test.codes.shape(), " and ", k,
                          " neighbors among ", train.codes.shape(),
                          "; there must be as many, of one width"));
}

}  // namespace

double neighbor_accuracy(const LabelledCodes& train, const LabelledCodes& test, std::int64_t k) {
  check(train, test, k);
  // |x - t|² = |x|² - 2 x·t + |t|², of which |x|² changes no order. Around the middle of all codes
  // the products are small and keep their digits.
  const Tensor middle = mean(train.codes, 0), known = train.codes - middle;
  const Tensor weight = -2 * known, squares = sum(square(known), 1);
  const std::int64_t n = test.codes.size(0);
  const std::int64_t step = std::max<std::int64_t>(1, at_once / known.size(0));
  std::int64_t right = 0;
  for (std::int64_t at = 0; at < n; at += step) {
    const Tensor x = slice(test.codes, 0, at, at + step) - middle;
    const Tensor nearest = topk(linear(x, weight, squares), k, 1, false).indices;
    const std::vector<std::int32_t> labels =
        index_select(train.labels, 0, reshape(nearest, {-1})).to_vector<std::int32_t>();
    const std::vector<std::int32_t> truth =
        slice(test.labels, 0, at, at + step).to_vector<std::int32_t>();
    for (std::size_t i = 0; i < truth.size(); ++i)
      right += most_frequent(&labels[i * static_cast<std::size_t>(k)], k) == truth[i];
  }
  return static_cast<double>(right) / static_cast<double>(n);
}

}  // namespace ebb::tools
