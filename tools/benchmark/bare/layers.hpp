// What training steps are made of when they are written by hand on Ebb's kernels: no modules, no
// tape, every buffer there from the start. What modules and tape cost is measured against them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <nn/module.hpp>
#include <span>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/machine/storage.hpp>
#include <utility>
#include <vector>

namespace ebb::tools::benchmark::bare {

// Numbers that begin at a cache line; zeros at first.
class Floats final {
 public:
  explicit Floats(std::int64_t count, float value = 0);
  float* data() const { return static_cast<float*>(storage_->data()); }
  operator float*() const { return data(); }

 private:
  std::shared_ptr<ebb::Storage> storage_;
};

// How many go in, and how many come out.
using Sizes = std::vector<std::pair<std::int64_t, std::int64_t>>;

// y = x w + b with w [in, out]: where its numbers and their gradients lie.
struct Dense {
  std::int64_t in, out;
  float *weight, *bias, *weight_slope, *bias_slope;
};

// All weights of a model in one array, beside it those of the gradients and of Adam's moments, so
// that one loop updates everything.
class Weights final {
 public:
  explicit Weights(const Sizes& layers);

  const Dense& operator[](int layer) const { return layers_[static_cast<std::size_t>(layer)]; }
  void adam(double learning_rate = 1e-3);

 private:
  std::int64_t count_;
  Floats weights_, slopes_, means_, squares_;
  std::vector<Dense> layers_;
  std::int64_t steps_ = 0;
};

// Forward, and both ways back: for n rows of x and of y's slope dy.
void forward(const Dense& layer, const float* x, float* y, std::int64_t n);
void to_weight(const Dense& layer, const float* x, const float* dy, std::int64_t n);
void to_input(const Dense& layer, const float* dy, float* dx, std::int64_t n);

void relu(float* x, std::int64_t n);
// dy = 0 where y is not above 0, in place, and its sum over the rows: the slope of the bias.
void relu_slope(const Dense& layer, const float* y, float* dy, std::int64_t n);

double sum(const float* x, std::int64_t n);

// Makes a batch: the chosen pictures of `size` bytes each as numbers in [0, 1].
void gather(std::span<const std::uint8_t> pixels, std::int64_t size,
            std::span<const std::int64_t> chosen, float* images);

// Between a model's parameters and a layer's columns from `first` on: all of them, but where two
// layers were joined. The first throws Error unless there are `wanted` parameters.
std::vector<ebb::Tensor> numbers_of(const ebb::nn::Module& model, std::size_t wanted);
void load(const Dense& layer, std::int64_t first, const ebb::Tensor& weight,
          const ebb::Tensor& bias);
void store(const Dense& layer, std::int64_t first, std::int64_t out, std::vector<ebb::Tensor>& to);

constexpr int float32 = 0;             // its place in the kernel tables
constexpr std::int64_t widest = 1024;  // columns that one thread takes along

// y[i] = F(x[i]...) on this thread; inside parallel_for alone.
template <class F, class... X>
void each(float* y, std::int64_t n, const X*... x) {
  const void* const from[] = {x...};
  ebb::kernels_in_use().elementwise.loops[float32][ebb::kernels::AllFormulas::place<F>](
      y, from, {.columns = n});
}

// Calls body(begin, end) for stretches of columns, about one per thread: each goes through all rows
// while they are in the cache, so that sums over rows need no second pass.
std::int64_t stretch(std::int64_t rows, std::int64_t columns);
template <class Body>
void over_columns(std::int64_t rows, std::int64_t columns, const Body& body) {
  ebb::parallel_for(columns, stretch(rows, columns), body);
}

}  // namespace ebb::tools::benchmark::bare
