#include <algorithm>
#include <nn/data/loader.hpp>
#include <nn/data/prefetch.hpp>
#include <tensor/random.hpp>
#include <tensor/shape.hpp>
#include <utility>

namespace ebb::nn {
namespace {

constexpr std::int64_t largest_batch = 1 << 20;

std::int64_t steps_of(std::int64_t count, std::int64_t batch_size) {
  return divide_up(count, batch_size);
}

// Puts examples together that are nearly as long, so that a batch holds little that does not count:
// of so many batches at a time the shortest come first, then batches are mixed. The last, shorter
// one stays last.
void sort_by_length(std::vector<std::int64_t>& order, std::span<const std::int32_t> lengths,
                    std::int64_t batch_size, Random& random) {
  constexpr std::int64_t batches_at_a_time = 100;
  const auto place = [&](std::int64_t i) {
    return order.begin() + std::min<std::int64_t>(i, std::ssize(order));
  };
  for (std::int64_t begin = 0; begin < std::ssize(order); begin += batches_at_a_time * batch_size)
    std::stable_sort(place(begin), place(begin + batches_at_a_time * batch_size),
                     [&](std::int64_t a, std::int64_t b) {
                       return lengths[static_cast<std::size_t>(a)] <
                              lengths[static_cast<std::size_t>(b)];
                     });
  const std::int64_t whole = std::ssize(order) / batch_size;
  std::vector<std::int64_t> mixed;
  mixed.reserve(order.size());
  for (const std::int64_t batch : permutation(whole, random))
    mixed.insert(mixed.end(), place(batch * batch_size), place((batch + 1) * batch_size));
  mixed.insert(mixed.end(), place(whole * batch_size), order.end());
  order = std::move(mixed);
}

}  // namespace

Epoch::Epoch(SharedDataset dataset, std::int64_t batch_size, std::vector<std::int64_t> order)
    : dataset_(std::move(dataset)), batch_size_(batch_size), order_(std::move(order)) {}

std::int64_t Epoch::steps() const {
  return steps_of(static_cast<std::int64_t>(order_.size()), batch_size_);
}

Batch Epoch::batch(std::int64_t step) const {
  if (step < 0 || step >= steps())
    throw Error(text("batch: step ", step, " of ", steps(), "; they count from 0"));
  if (prefetch_) return prefetch_->batch(step);
  const auto order = std::span(order_).subspan(static_cast<std::size_t>(step * batch_size_));
  const auto indices = order.first(std::min(static_cast<std::size_t>(batch_size_), order.size()));
  return augment(dataset_->gather(indices), indices, random_, ways_);
}

Epoch Epoch::with_prefetch() const {
  Epoch ahead = *this;
  ahead.prefetch_ = nullptr;
  ahead.prefetch_ = std::make_shared<Prefetch>(ahead);
  return ahead;
}

Epoch Epoch::with_augmentation(const Augmentation& ways, const Random& random) const {
  Epoch changed = *this;
  changed.ways_ = ways;
  changed.random_ = random;
  if (prefetch_) changed = changed.with_prefetch();
  return changed;
}

double Epoch::seconds_waited() const { return prefetch_ ? prefetch_->seconds_waited() : 0; }

Loader::Loader(SharedDataset dataset, const LoaderOptions& options)
    : dataset_(std::move(dataset)),
      options_(options),
      lengths_(options.shuffle ? dataset_->lengths() : std::vector<std::int32_t>()) {
  if (options.batch_size < 1 || options.batch_size > largest_batch)
    throw Error(
        text("loader: a batch of ", options.batch_size, " examples; try 1 to ", largest_batch));
  if (options.augment.any() && !std::holds_alternative<ImageExample>(examples().kind))
    throw Error(text("loader: examples of shape ", examples().shape(),
                     " are no pictures; try without augment"));
  if (options.drop_last && count() > 0 && steps() == 0)
    throw Error(text("loader: drop_last leaves none of ", count(), " examples in batches of ",
                     options.batch_size, "; try a smaller batch_size"));
}

std::int64_t Loader::steps() const {
  return options_.drop_last ? count() / options_.batch_size
                            : steps_of(count(), options_.batch_size);
}

Epoch Loader::epoch(std::int64_t number) const {
  std::vector<std::int64_t> order;
  if (options_.shuffle) {
    Random random = Random{options_.seed}.fork(text("order of epoch ", number));
    order = permutation(count(), random);
    if (!lengths_.empty()) sort_by_length(order, lengths_, options_.batch_size, random);
  } else {
    order = indices_between(0, count());
  }
  if (options_.drop_last) order.resize(static_cast<std::size_t>(steps() * options_.batch_size));
  const Epoch epoch =
      Epoch(dataset_, options_.batch_size, std::move(order))
          .with_augmentation(options_.augment,
                             Random{options_.seed}.fork(text("changes of epoch ", number)));
  return options_.prefetch ? epoch.with_prefetch() : epoch;
}

}  // namespace ebb::nn
