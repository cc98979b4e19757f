// What training steps are made of when they are written by hand on Ebb's kernels: no modules, no
// tape, every buffer there from the start.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <nn/module.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/machine/storage.hpp>
#include <vector>

namespace ebb::tools::benchmark::bare {

// Numbers that begin at a cache line; zeros at first.
class Floats final {
 public:
  explicit Floats(std::int64_t count, float value = 0);
  float* data() const { return static_cast<float*>(storage_->data()); }
  operator float*() const { return data(); }

 private:
  std::shared_ptr<Storage> storage_;
};

// y = x w + b with w [in, out]: where its numbers, its outputs and their slopes lie. The last layer
// of a model has its output's slope in the place of the output.
struct Dense {
  std::int64_t in, out;
  float *weight, *bias, *weight_slope, *bias_slope, *y, *dy;
};

// All weights of a model in one array, beside it those of the gradients and of Adam's moments, so
// that one loop updates everything.
class Layers final {
 public:
  // Takes over the weights and biases of the model. `joined` says how many layers of the model are
  // one here, side by side, for they read the same. Throws Error unless the model has just those.
  Layers(const nn::Module& model, const std::vector<int>& joined, std::int64_t batch);

  const Dense& operator[](int layer) const { return layers_[static_cast<std::size_t>(layer)]; }
  void adam(double learning_rate = 1e-3);

 private:
  std::int64_t count_;
  Floats weights_, slopes_, means_, squares_;
  std::vector<Floats> outputs_;
  std::vector<Dense> layers_;
  std::int64_t steps_ = 0;
};

// For n rows of x: y, and from its slope dy those of the weight and, unless dx is null, of x.
void forward(const Dense& layer, const float* x, std::int64_t n);
void back(const Dense& layer, const float* x, float* dx, std::int64_t n);

void relu(const Dense& layer, std::int64_t n);
// dy = 0 where y is not above 0, in place, and its sum over the rows: the slope of the bias.
void relu_slope(const Dense& layer, std::int64_t n);

double sum(const float* x, std::int64_t n);

constexpr int float32 = 0;             // its place in the kernel tables
constexpr std::int64_t widest = 1024;  // columns that one thread takes along

// y[i] = F(x[i]...) on this thread; inside parallel_for alone.
template <class F, class... X>
void each(float* y, std::int64_t n, const X*... x) {
  const void* const from[] = {x...};
  kernels_in_use().elementwise.loops[float32][kernels::AllFormulas::place<F>](y, from,
                                                                              {.columns = n});
}

// Calls body(begin, end) for stretches of columns, about one per thread: each goes through all rows
// while they are in the cache, so that sums over rows need no second pass.
std::int64_t stretch(std::int64_t rows, std::int64_t columns);
template <class Body>
void over_columns(std::int64_t rows, std::int64_t columns, const Body& body) {
  parallel_for(columns, stretch(rows, columns), body);
}

// The end of the way forward: of each piece of a row of the last layer and of the targets x calls
// body(y, x, error, width), which puts the terms of the loss into `error` and the slope into y.
// Returns the sum of those terms; `errors` has room for one for each column.
template <class Body>
double loss_and_slope(const Dense& layer, const float* x, std::int64_t n, float* errors,
                      const Body& body) {
  over_columns(n, layer.out, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t width = end - begin;
    alignas(64) float error[widest];
    float *const sums = errors + begin, *const bias = layer.bias_slope + begin;
    std::fill_n(sums, width, 0.0f);
    std::fill_n(bias, width, 0.0f);
    for (std::int64_t at = begin; at < n * layer.out; at += layer.out) {
      body(layer.y + at, x + at, error, width);
      each<kernels::Add>(sums, width, sums, error);
      each<kernels::Add>(bias, width, bias, layer.y + at);
    }
  });
  return sum(errors, layer.out);
}

}  // namespace ebb::tools::benchmark::bare
