#include <cmath>
#include <nn/parts.hpp>
#include <tensor/makers.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/views.hpp>
#include <tools/benchmark/bare/layers.hpp>

namespace ebb::tools::benchmark::bare {

using namespace ebb::kernels;
using ebb::parallel_for, ebb::Tensor;

namespace {

constexpr std::int64_t grain = 16384;  // numbers that are worth a thread
constexpr std::int64_t line = 16;      // floats of a cache line

std::int64_t round_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

}  // namespace

Floats::Floats(std::int64_t count, float value)
    : storage_(ebb::allocate(static_cast<std::size_t>(count) * sizeof(float))) {
  std::fill_n(data(), count, value);
}

Weights::Weights(const Sizes& sizes)
    : count_([&] {
        std::int64_t count = 0;
        for (const auto& [in, out] : sizes) count += round_up(in * out, line) + round_up(out, line);
        return count;
      }()),
      weights_(count_),
      slopes_(count_),
      means_(count_),
      squares_(count_) {
  std::int64_t at = 0;
  for (const auto& [in, out] : sizes) {
    const std::int64_t bias = at + round_up(in * out, line);
    layers_.push_back({in, out, weights_ + at, weights_ + bias, slopes_ + at, slopes_ + bias});
    at = bias + round_up(out, line);
  }
}

void Weights::adam(double learning_rate) {
  const auto t = static_cast<double>(++steps_);
  const Adam step = {{.rate = learning_rate / (1 - std::pow(0.9, t)),
                      .beta1 = 0.9,
                      .beta2 = 0.999,
                      .correction = 1 / (1 - std::pow(0.999, t)),
                      .epsilon = 1e-8},
                     0};
  const UpdateLoop loop = ebb::kernels_in_use().update.loops[float32][AllSteps::place<Adam>];
  parallel_for(count_, grain, [&](std::int64_t begin, std::int64_t end) {
    void* const states[] = {means_ + begin, squares_ + begin};
    loop(&step, weights_ + begin, slopes_ + begin, states, end - begin);
  });
}

void forward(const Dense& layer, const float* x, float* y, std::int64_t n) {
  ebb::matmul_blocks(ebb::DType::float32, n, layer.out, layer.in, {x, layer.in, 1},
                     {layer.weight, layer.out, 1}, layer.bias, y, layer.out);
}
void to_weight(const Dense& layer, const float* x, const float* dy, std::int64_t n) {
  ebb::matmul_blocks(ebb::DType::float32, layer.in, layer.out, n, {x, 1, layer.in},
                     {dy, layer.out, 1}, nullptr, layer.weight_slope, layer.out);
}
void to_input(const Dense& layer, const float* dy, float* dx, std::int64_t n) {
  ebb::matmul_blocks(ebb::DType::float32, n, layer.in, layer.out, {dy, layer.out, 1},
                     {layer.weight, 1, layer.out}, nullptr, dx, layer.in);
}

void relu(float* x, std::int64_t n) {
  parallel_for(n, grain, [&](std::int64_t begin, std::int64_t end) {
    each<Relu>(x + begin, end - begin, x + begin);
  });
}

void relu_slope(const Dense& layer, const float* y, float* dy, std::int64_t n) {
  over_columns(n, layer.out, [&](std::int64_t begin, std::int64_t end) {
    float* const bias = layer.bias_slope + begin;
    std::fill_n(bias, end - begin, 0.0f);
    for (std::int64_t at = begin; at < n * layer.out; at += layer.out) {
      each<ReluSlope>(dy + at, end - begin, y + at, dy + at);
      each<Add>(bias, end - begin, bias, dy + at);
    }
  });
}

double sum(const float* x, std::int64_t n) {
  float total;
  ebb::kernels_in_use().reduce.sum.rows[float32](&total, x, 1, n);
  return static_cast<double>(total);
}

void gather(std::span<const std::uint8_t> pixels, std::int64_t size,
            std::span<const std::int64_t> chosen, float* images) {
  const auto n = static_cast<std::int64_t>(chosen.size());
  parallel_for(
      n, std::max<std::int64_t>(1, 2 * grain / size), [&](std::int64_t i, std::int64_t end) {
        for (; i < end; ++i)
          ebb::kernels_in_use().bytes.to_float(
              images + i * size, pixels.data() + chosen[static_cast<std::size_t>(i)] * size,
              1 / 255.0f, size);
      });
}

std::vector<Tensor> numbers_of(const ebb::nn::Module& model, std::size_t wanted) {
  std::vector<Tensor> numbers;
  for (const auto& [name, part] : ebb::nn::Parts(model).parameters)
    numbers.push_back(part->value());
  if (numbers.size() != wanted)
    throw ebb::Error(ebb::text("bare: a model of ", numbers.size(),
                               " parameters; the step by hand ", "has ", wanted,
                               ", try the model's default options"));
  return numbers;
}

void load(const Dense& layer, std::int64_t first, const Tensor& weight, const Tensor& bias) {
  const Tensor columns = contiguous(transpose(weight));  // [in, out]
  const std::int64_t out = bias.count();
  for (std::int64_t i = 0; i < layer.in; ++i)
    std::copy_n(columns.data<float>() + i * out, out, layer.weight + i * layer.out + first);
  std::copy_n(bias.data<float>(), out, layer.bias + first);
}
void store(const Dense& layer, std::int64_t first, std::int64_t out, std::vector<Tensor>& to) {
  std::vector<float> weight;
  for (std::int64_t i = 0; i < layer.in; ++i)
    for (std::int64_t j = first; j < first + out; ++j)
      weight.push_back(layer.weight[i * layer.out + j]);
  to.push_back(transpose(ebb::from_vector(weight, {layer.in, out})));
  to.push_back(ebb::from_vector(std::vector<float>(layer.bias + first, layer.bias + first + out)));
}

std::int64_t stretch(std::int64_t rows, std::int64_t columns) {
  const std::int64_t stretches = rows * columns < grain ? 1 : ebb::threads();
  return std::min(round_up((columns + stretches - 1) / stretches, line), widest);
}

}  // namespace ebb::tools::benchmark::bare
