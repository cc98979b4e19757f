// An optimizer's pass over many tensors: each weight and what is remembered of it, in place.
#pragma once

#include <span>
#include <tensor/error.hpp>
#include <tensor/kernels/steps.hpp>
#include <tensor/tensor.hpp>

namespace ebb {

// A tensor to change, its gradient, and what is remembered of it: all of one shape, one floating
// dtype and one memory order, without gaps. They must outlive the update.
struct Update {
  const Tensor& weight;
  const Tensor& gradient;
  std::span<const Tensor> states;
};

// The first weight that stayed as it was, with its states, because a state would not be finite.
struct [[nodiscard]] Refusal {
  std::ptrdiff_t tensor = -1;  // in the order of the updates; -1: there is none
  std::int64_t element = 0;    // in memory order
  double weight = 0, gradient = 0;
};

namespace detail {
Refusal run_step(int place, std::size_t states, const void* step, std::span<const Update> updates);
}

// Takes a step of tensor/kernels/steps.hpp at every element, in one parallel pass over all tensors;
// rules that saved a weight notice. The bits are the same for any number of threads. Throws, before
// anything has changed, ShapeError or DTypeError for tensors that do not go together, and
// MemoryError.
//     ebb::update(kernels::SGD{.rate = 0.1, .decay = 0}, updates);
template <class Step>
Refusal update(const Step& step, std::span<const Update> updates) {
  static_assert(kernels::AllSteps::place<Step> >= 0,
                "update: this step is not in AllSteps, so it has no compiled loop; add it there");
  return detail::run_step(kernels::AllSteps::place<Step>, Step::states, &step, updates);
}

namespace detail {
// The same elements in the shape and memory order of another tensor of that shape: x itself if they
// lie so already, else a copy.
Tensor laid_out_like(const Tensor& other, const Tensor& x);
}  // namespace detail

}  // namespace ebb
