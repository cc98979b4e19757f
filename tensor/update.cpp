#include <algorithm>
#include <tensor/common/strided.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/update.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

constexpr std::int64_t grain = 16384;  // weights of a stretch for one thread

// Do the elements of both lie in the same order, without gaps?
bool same_order(const Tensor& a, const Tensor& b) {
  for (int axis = 0; axis < a.rank(); ++axis)
    if (a.size(axis) != 1 && a.strides()[axis] != b.strides()[axis]) return false;
  return permute(a, detail::memory_order(a.strides())).is_contiguous();
}

void check(const Update& update, std::size_t states) {
  const Tensor& weight = update.weight;
  const auto compare = [&](const char* what, const Tensor& x) {
    if (x.shape() != weight.shape() || (x.count() > 0 && !same_order(weight, x)))
      throw ShapeError(text("update: ", what, " ", x.shape(), " with strides ", x.strides(),
                            " of a weight ", weight.shape(), " with strides ", weight.strides(),
                            "; shapes and strides must agree, without gaps"));
    if (x.dtype() != weight.dtype())
      throw DTypeError(
          text("update: ", what, " ", x.dtype(), " of a weight ", weight.dtype(), "; try cast"));
  };
  if (!is_floating(weight.dtype()))
    throw DTypeError(text("update: weights of ", weight.dtype(), "; try cast to float32"));
  compare("a gradient", update.gradient);
  for (const Tensor& state : update.states) compare("a state", state);
  if (update.states.size() != states)
    throw Error(text("update: ", update.states.size(), " states of a weight; this step must have ",
                     states));
}

// A stretch of one tensor.
struct Stretch {
  std::ptrdiff_t tensor;
  std::int64_t begin, count;
  std::int64_t refused = -1;
};

// Each thread gets a stretch of every tensor: the one whose gradient it has computed, since a
// product is cut like this as well. What another core has written is slow to come.
std::vector<Stretch> cut(std::span<const Update> updates) {
  std::vector<Stretch> stretches;
  std::int64_t total = 0;
  for (const Update& update : updates) total += divide_up(update.weight.count(), grain);
  stretches.reserve(static_cast<std::size_t>(total));
  for (std::int64_t part = 0, parts = threads(); part < parts; ++part)
    for (std::size_t tensor = 0; tensor < updates.size(); ++tensor) {
      const std::int64_t count = updates[tensor].weight.count();
      const std::int64_t all = divide_up(count, grain);
      for (std::int64_t i = part * all / parts; i < (part + 1) * all / parts; ++i)
        stretches.push_back(
            {static_cast<std::ptrdiff_t>(tensor), i * grain, std::min(grain, count - i * grain)});
    }
  return stretches;
}

void* at(const Tensor& x, std::int64_t element) {
  return static_cast<char*>(x.raw()) + static_cast<std::int64_t>(size_of(x.dtype())) * element;
}
double number_at(const Tensor& x, std::int64_t element) {
  return x.dtype() == DType::float32 ? *static_cast<const float*>(at(x, element))
                                     : *static_cast<const double*>(at(x, element));
}

// Of any number of threads, the same.
Refusal first_refusal(const std::vector<Stretch>& stretches, std::span<const Update> updates) {
  Refusal first;
  for (const Stretch& stretch : stretches) {
    const std::int64_t element = stretch.begin + stretch.refused;
    if (stretch.refused < 0 || (first.tensor >= 0 && std::pair(first.tensor, first.element) <
                                                         std::pair(stretch.tensor, element)))
      continue;
    const Update& update = updates[static_cast<std::size_t>(stretch.tensor)];
    first = {stretch.tensor, element, number_at(update.weight, element),
             number_at(update.gradient, element)};
  }
  return first;
}

}  // namespace

Refusal detail::run_step(int place, std::size_t states, const void* step,
                         std::span<const Update> updates) {
  for (const Update& update : updates) check(update, states);
  std::vector<Stretch> stretches = cut(updates);
  std::vector<void*> arrays;  // the states of every stretch in turn
  arrays.reserve(stretches.size() * states + 1);
  for (const Stretch& stretch : stretches)
    for (const Tensor& state : updates[static_cast<std::size_t>(stretch.tensor)].states)
      arrays.push_back(at(state, stretch.begin));

  for (const Update& update : updates) update.weight.storage()->note_write();
  const auto& loops = kernels_in_use().update.loops;
  parallel_for(
      static_cast<std::int64_t>(stretches.size()), 1, [&](std::int64_t first, std::int64_t last) {
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
          Stretch& stretch = stretches[i];
          const Update& update = updates[static_cast<std::size_t>(stretch.tensor)];
          stretch.refused = loops[static_cast<int>(update.weight.dtype())][place](
              step, at(update.weight, stretch.begin), at(update.gradient, stretch.begin),
              arrays.data() + i * states, stretch.count);
        }
      });
  return first_refusal(stretches, updates);
}

Tensor detail::laid_out_like(const Tensor& other, const Tensor& x) {
  if (x.strides() == other.strides()) return x;
  const Shape order = memory_order(other.strides());
  const Tensor rows = contiguous(permute(x, order));
  return Tensor(rows.storage(), x.dtype(), x.shape(), dense_strides(x.shape(), order),
                rows.offset());
}

}  // namespace ebb
