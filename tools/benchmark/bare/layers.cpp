#include <algorithm>
#include <cmath>
#include <nn/parts.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/shape.hpp>
#include <tensor/views.hpp>
#include <tools/benchmark/bare/steps.hpp>

namespace ebb::tools::benchmark::bare {

using namespace kernels;

namespace {

constexpr std::int64_t line = 16;  // floats of a cache line

std::int64_t round_up(std::int64_t n, std::int64_t to) { return divide_up(n, to) * to; }

// Of all parameters, each from a cache line on.
std::int64_t count_numbers(const nn::Parts& parts) {
  std::int64_t count = 0;
  for (const auto& [name, part] : parts.parameters) count += round_up(part->shape().count(), line);
  return count + line * static_cast<std::int64_t>(parts.parameters.size());
}

}  // namespace

Floats::Floats(std::int64_t count, float value)
    : storage_(allocate(static_cast<std::size_t>(count) * sizeof(float))) {
  std::fill_n(data(), count, value);
}

Layers::Layers(const nn::Module& model, const std::vector<int>& joined, std::int64_t batch)
    : count_(count_numbers(nn::Parts(model))),
      weights_(count_),
      slopes_(count_),
      means_(count_),
      squares_(count_) {
  const auto numbers = nn::Parts(model).parameters;
  std::size_t wanted = 0;
  for (const int layers : joined) wanted += 2 * static_cast<std::size_t>(layers);
  if (numbers.size() != wanted)
    throw Error(text("bare: a model of ", numbers.size(), " parameters; the step by hand has ",
                     wanted, ", try the model's default options"));
  std::int64_t at = 0;
  auto next = numbers.begin();
  for (const int layers : joined) {
    const std::int64_t in = next->second->shape()[1];
    std::int64_t out = 0;
    for (int i = 0; i < layers; ++i) out += next[2 * i].second->shape()[0];
    const std::int64_t bias = at + round_up(in * out, line);
    for (std::int64_t first = 0; first < out; next += 2) {
      const Tensor columns = contiguous(transpose(next[0].second->value()));  // [in, out]
      const std::int64_t width = columns.size(1);
      for (std::int64_t i = 0; i < in; ++i)
        std::copy_n(columns.data<float>() + i * width, width, weights_ + at + i * out + first);
      std::copy_n(next[1].second->value().data<float>(), width, weights_ + bias + first);
      first += width;
    }
    float* const y = outputs_.emplace_back(batch * out);
    float* const dy = next == numbers.end() ? y : outputs_.emplace_back(batch * out).data();
    layers_.push_back(
        {in, out, weights_ + at, weights_ + bias, slopes_ + at, slopes_ + bias, y, dy});
    at = bias + round_up(out, line);
  }
}

void Layers::adam(double learning_rate) {
  const auto t = static_cast<double>(++steps_);
  const Adam step = {{.rate = learning_rate / (1 - std::pow(0.9, t)),
                      .beta1 = 0.9,
                      .beta2 = 0.999,
                      .correction = 1 / (1 - std::pow(0.999, t)),
                      .epsilon = 1e-8},
                     0};
  const UpdateLoop loop = kernels_in_use().update.loops[float32][AllSteps::place<Adam>];
  parallel_for(count_, grain, [&](std::int64_t begin, std::int64_t end) {
    void* const states[] = {means_ + begin, squares_ + begin};
    loop(&step, weights_ + begin, slopes_ + begin, states, end - begin);
  });
}

}  // namespace ebb::tools::benchmark::bare
