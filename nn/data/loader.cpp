#include <algorithm>
#include <nn/data/loader.hpp>
#include <numeric>
#include <span>
#include <tensor/machine/bytes.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <utility>

namespace ebb::nn {
namespace {

constexpr std::int64_t largest_batch = 1 << 20;

std::int64_t steps_of(std::int64_t count, std::int64_t batch_size) {
  return (count + batch_size - 1) / batch_size;
}

Tensor gather_labels(std::span<const std::uint8_t> labels, std::span<const std::int64_t> chosen) {
  if (labels.empty()) return empty({0}, DType::int32);
  Tensor y = empty({static_cast<std::int64_t>(chosen.size())}, DType::int32);
  std::int32_t* to = y.writable_data<std::int32_t>();
  for (std::int64_t i : chosen) *to++ = labels[static_cast<std::size_t>(i)];
  return y;
}

}  // namespace

Epoch::Epoch(ImageDataset images, std::int64_t batch_size, std::vector<std::int64_t> order)
    : images_(std::move(images)), batch_size_(batch_size), order_(std::move(order)) {}

std::int64_t Epoch::steps() const { return steps_of(images_.count(), batch_size_); }

Batch Epoch::batch(std::int64_t step) const {
  if (step < 0 || step >= steps())
    throw Error(text("batch: step ", step, " of ", steps(), "; they count from 0"));
  const std::int64_t begin = step * batch_size_,
                     size = std::min(batch_size_, images_.count() - begin);
  const std::span<const std::int64_t> chosen(order_.data() + begin, static_cast<std::size_t>(size));
  return {gather_bytes(images_.pixels(), images_.image_size(), chosen, 1 / 255.0f),
          gather_labels(images_.labels(), chosen)};
}

Loader::Loader(ImageDataset images, const LoaderOptions& options)
    : images_(std::move(images)), options_(options) {
  if (options.batch_size < 1 || options.batch_size > largest_batch)
    throw Error(
        text("loader: a batch of ", options.batch_size, " images; try 1 to ", largest_batch));
}

std::int64_t Loader::steps() const { return steps_of(images_.count(), options_.batch_size); }

Epoch Loader::epoch(std::int64_t number) const {
  if (!options_.shuffle) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(images_.count()));
    std::iota(order.begin(), order.end(), 0);
    return Epoch(images_, options_.batch_size, std::move(order));
  }
  Random random = Random{options_.seed}.fork(text("order of epoch ", number));
  return Epoch(images_, options_.batch_size, permutation(images_.count(), random));
}

}  // namespace ebb::nn
