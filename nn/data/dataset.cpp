#include <algorithm>
#include <nn/data/dataset.hpp>
#include <numeric>

namespace ebb::nn {
namespace {

Shape shape_of(const ArrayExample& array) { return array.inputs; }
Shape shape_of(const ImageExample& image) { return {image.channels, image.height, image.width}; }
Shape shape_of(const TextExample& example) { return {example.longest + 1}; }
Shape shape_of(const TableExample& table) {
  return {static_cast<std::int64_t>(table.columns.size())};
}

}  // namespace

Shape Examples::shape() const {
  return std::visit([](const auto& example) { return shape_of(example); }, kind);
}

void SharedDataset::refuse_null(long owners) {
  throw Error(text("dataset: a std::shared_ptr with ", owners,
                   " owners holds no dataset; try std::make_shared"));
}

std::vector<std::int64_t> indices_between(std::int64_t begin, std::int64_t end) {
  std::vector<std::int64_t> indices(
      static_cast<std::size_t>(std::max<std::int64_t>(0, end - begin)));
  std::iota(indices.begin(), indices.end(), begin);
  return indices;
}

void detail::check_indices(const char* operation, std::span<const std::int64_t> indices,
                           std::int64_t count) {
  for (std::size_t i = 0; i < indices.size(); ++i)
    if (indices[i] < 0 || indices[i] >= count)
      throw Error(text(operation, ": index ", indices[i], " at place ", i, " is outside [0, ",
                       count, "); examples count from 0"));
}

}  // namespace ebb::nn
