#include <algorithm>
#include <cstring>
#include <nn/data/tensor_dataset.hpp>
#include <tensor/makers.hpp>

namespace ebb::nn {
namespace {

bool has_value(const Tensor& x) { return x.storage() != nullptr; }

std::int64_t count_classes(const Tensor& targets) {
  if (targets.dtype() != DType::int32 || targets.rank() != 1) return 0;
  const std::int32_t* labels = targets.data<std::int32_t>();
  const auto [least, most] = std::minmax_element(labels, labels + targets.count());
  return *least < 0 ? 0 : std::int64_t{*most} + 1;
}

// x [n, …] without gaps. Unlike index_select this knows 64-bit indices.
Tensor gather_entries(const Tensor& x, std::span<const std::int64_t> indices) {
  Shape shape = x.shape();
  const std::int64_t bytes = x.count() / shape[0] * static_cast<std::int64_t>(size_of(x.dtype()));
  shape[0] = static_cast<std::int64_t>(indices.size());
  const Tensor y = empty(shape, x.dtype());
  char* to = static_cast<char*>(y.raw());
  for (std::int64_t i : indices) {
    std::memcpy(to, static_cast<const char*>(x.raw()) + i * bytes, static_cast<std::size_t>(bytes));
    to += bytes;
  }
  return y;
}

Shape without_first(Shape shape) {
  shape.erase(0);
  return shape;
}

}  // namespace

TensorDataset::TensorDataset(const Tensor& inputs, const Tensor& targets) {
  if (inputs.rank() == 0 || inputs.count() == 0)
    throw ShapeError(text("tensor_dataset: inputs ", inputs.shape(),
                          " hold no examples; the first axis must count them, try reshape"));
  if (has_value(targets) && (targets.rank() == 0 || targets.size(0) != inputs.size(0)))
    throw ShapeError(text("tensor_dataset: inputs ", inputs.shape(), " and targets ",
                          targets.shape(), "; try a first axis of the same length in both"));
  inputs_ = contiguous(inputs);
  if (!has_value(targets)) return;
  targets_ = contiguous(targets);
  classes_ = count_classes(targets_);
}

Batch TensorDataset::gather(std::span<const std::int64_t> indices) const {
  detail::check_indices("tensor_dataset", indices, count());
  return {.inputs = gather_entries(inputs_, indices),
          .targets = has_value(targets_) ? gather_entries(targets_, indices) : Tensor{}};
}

Examples TensorDataset::examples() const {
  ArrayExample arrays{.inputs = without_first(inputs_.shape())};
  if (has_value(targets_)) arrays.targets = without_first(targets_.shape());
  return {arrays, classes_};
}

}  // namespace ebb::nn
