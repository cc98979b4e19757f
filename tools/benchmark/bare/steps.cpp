#include <algorithm>
#include <cmath>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/parts.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/shape.hpp>
#include <tensor/views.hpp>
#include <tools/benchmark/bare/steps.hpp>

namespace ebb::tools::benchmark::bare {

using namespace kernels;

namespace {

constexpr std::int64_t line = 16;      // floats of a cache line
constexpr std::int64_t widest = 1024;  // columns that one thread takes along

std::int64_t round_up(std::int64_t n, std::int64_t to) { return divide_up(n, to) * to; }

// Room for all parameters, each from a cache line on.
std::int64_t count_numbers(const nn::Module& model) {
  const auto parameters = static_cast<std::int64_t>(nn::Parts(model).parameters.size());
  return nn::count_parameters(model) + line * parameters;
}

// For n rows of x: y, and from its slope dy those of the weight and, unless dx is null, of x.
void forward(const Dense& layer, const float* x, std::int64_t n) {
  matmul_blocks(DType::float32, n, layer.out, layer.in, {x, layer.in, 1},
                {layer.weight, layer.out, 1}, layer.bias, layer.y, layer.out);
}

void back(const Dense& layer, const float* x, float* dx, std::int64_t n) {
  matmul_blocks(DType::float32, layer.in, layer.out, n, {x, 1, layer.in}, {layer.dy, layer.out, 1},
                nullptr, layer.weight_slope, layer.out);
  if (dx)
    matmul_blocks(DType::float32, n, layer.in, layer.out, {layer.dy, layer.out, 1},
                  {layer.weight, 1, layer.out}, nullptr, dx, layer.in);
}

const float* address(const float* x) { return x; }
const float* address(const float& x) { return &x; }

// y[i] = F(x[i]...) on this thread; inside parallel_for alone. A number among x is its own x[i].
template <class F, class... X>
void each(float* y, std::int64_t n, const X&... x) {
  const void* const from[] = {address(x)...};
  kernels_in_use().elementwise.loops[float32][AllFormulas::place<F>](
      y, from, {.columns = n, .repeats = {std::is_same_v<X, float>...}});
}

// y = relu(x w + b)
void forward_hidden(const Dense& layer, const float* x, std::int64_t n) {
  forward(layer, x, n);
  parallel_for(n * layer.out, grain, [&](std::int64_t begin, std::int64_t end) {
    each<Relu>(layer.y + begin, end - begin, layer.y + begin);
  });
}

// Calls body(begin, end) for stretches of columns, about one per thread: each goes through all rows
// while they are in the cache, so that sums over rows need no second pass.
template <class Body>
void over_columns(std::int64_t rows, std::int64_t columns, const Body& body) {
  const std::int64_t stretches = rows * columns < grain ? 1 : threads();
  const std::int64_t stretch = round_up(divide_up(columns, stretches), line);
  parallel_for(columns, std::min(stretch, widest), body);
}

// Back to the hidden layer below: dy = 0 where y is not above 0, and its sum over the rows, which
// is the slope of the bias.
void back_to_hidden(const Dense& above, const Dense& layer, std::int64_t n) {
  back(above, layer.y, layer.dy, n);
  over_columns(n, layer.out, [&](std::int64_t begin, std::int64_t end) {
    float* const bias = layer.bias_slope + begin;
    std::fill_n(bias, end - begin, 0.0f);
    for (std::int64_t at = begin; at < n * layer.out; at += layer.out) {
      each<ReluSlope>(layer.dy + at, end - begin, layer.y + at, layer.dy + at);
      each<Add>(bias, end - begin, bias, layer.dy + at);
    }
  });
}

double sum(const float* x, std::int64_t n) {
  float total;
  kernels_in_use().reduce.sum.rows[float32](&total, x, 1, n);
  return static_cast<double>(total);
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
      each<Add>(sums, width, sums, error);
      each<Add>(bias, width, bias, layer.y + at);
    }
  });
  return sum(errors, layer.out);
}

// Linear, ReLU, linear, sigmoid, squared error: without hidden layers.
class Autoencoder final : public Step {
 public:
  Autoencoder(const models::Autoencoder& model, std::int64_t batch)
      : Step({model, {1, 1}, batch}), errors_(layers_[1].out) {}

 private:
  double run(const float* images, std::int64_t n) override {
    const Dense &encoder = layers_[0], &decoder = layers_[1];
    const float share = 1 / static_cast<float>(n * decoder.out);
    forward_hidden(encoder, images, n);
    forward(decoder, encoder.y, n);
    // While a row is in the cache: sigmoid, the error and its slope.
    const auto piece = [&](float* y, const float* x, float* error, std::int64_t width) {
      alignas(64) float slope[widest];
      each<Sigmoid>(y, width, y);
      each<SquaredError>(error, width, y, x);
      each<SquaredErrorSlopeX>(slope, width, y, x, share);
      each<SigmoidSlope>(y, width, y, slope);
    };
    const double loss = loss_and_slope(decoder, images, n, errors_, piece);
    back_to_hidden(decoder, encoder, n);
    back(encoder, images, nullptr, n);
    layers_.adam();
    return loss / static_cast<double>(n * decoder.out);
  }

  Floats errors_;  // by pixel
};

// One hidden layer on each side and beta = 1. Mean and logarithm of the variance are one layer
// here: both read the same.
class VariationalAutoencoder final : public Step {
 public:
  VariationalAutoencoder(const models::VariationalAutoencoder& model, std::int64_t batch)
      : Step({model, {1, 2, 1, 1}, batch}),
        latent_(layers_[2].in),
        deviation_(batch * latent_),
        noise_(batch * latent_),
        code_(batch * latent_),
        code_slope_(batch * latent_),
        errors_(std::max(layers_[3].out, latent_)) {}

 private:
  double run(const float* images, std::int64_t n) override {
    const Dense &hidden = layers_[0], &posterior = layers_[1];
    const Dense &drawing = layers_[2], &output = layers_[3];
    const float minus_share = -1 / static_cast<float>(n);
    forward_hidden(hidden, images, n);
    forward(posterior, hidden.y, n);
    const double divergence = sample(n);
    forward_hidden(drawing, code_, n);
    forward(output, drawing.y, n);
    const auto piece = [&](float* y, const float* x, float* error, std::int64_t width) {
      each<BernoulliLogProbability>(error, width, y, x);
      each<BernoulliLogProbabilitySlopeX>(y, width, y, x, minus_share);
    };
    const double reconstruction = -loss_and_slope(output, images, n, errors_, piece);
    back_to_hidden(output, drawing, n);
    back(drawing, code_, code_slope_, n);
    posterior_slope(n);
    back_to_hidden(posterior, hidden, n);
    back(hidden, images, nullptr, n);
    layers_.adam();
    return (reconstruction + divergence) / static_cast<double>(n);
  }

  // z = m + e^(v / 2) noise; returns the divergence. The arrays are small: a row at a time on this
  // thread.
  double sample(std::int64_t n) {
    const std::int64_t count = n * latent_;
    parallel_for(count, 4096, [&](std::int64_t begin, std::int64_t end) {
      kernels_in_use().random.normal[float32](noise_ + begin, noise.seed, noise.stream,
                                              noise.position + static_cast<std::uint64_t>(begin),
                                              end - begin);
    });
    noise.position += static_cast<std::uint64_t>(divide_up(count, 4) * 4);
    std::fill_n(errors_.data(), latent_, 0.0f);
    parallel_for(n, n, [&](std::int64_t, std::int64_t) {
      for (std::int64_t row = 0; row < n; ++row) {
        const float *const m = layers_[1].y + row * 2 * latent_, *const v = m + latent_;
        float *const s = deviation_ + row * latent_, *const z = code_ + row * latent_;
        each<GaussianKl>(z, latent_, m, v);
        each<Add>(errors_, latent_, errors_.data(), z);
        each<Multiply>(s, latent_, v, 0.5f);
        each<Exp>(s, latent_, s);
        each<Multiply>(z, latent_, s, noise_ + row * latent_);
        each<Add>(z, latent_, m, z);
      }
    });
    return sum(errors_, latent_);
  }

  // From the code's slope dz: dm = dz + m / n, dv = dz (z - m) / 2 + (e^v - 1) / 2n.
  void posterior_slope(std::int64_t n) {
    float* const bias = layers_[1].bias_slope;
    const float share = 1 / static_cast<float>(n);
    std::fill_n(bias, 2 * latent_, 0.0f);
    parallel_for(n, n, [&](std::int64_t, std::int64_t) {
      for (std::int64_t row = 0; row < n; ++row) {
        const float *const m = layers_[1].y + row * 2 * latent_, *const v = m + latent_;
        const float* const dz = code_slope_ + row * latent_;
        float *const dm = layers_[1].dy + row * 2 * latent_, *const dv = dm + latent_;
        each<Multiply>(dm, latent_, dz, noise_ + row * latent_);
        each<ExpSlope>(dm, latent_, deviation_ + row * latent_, dm);
        each<Multiply>(dm, latent_, dm, 0.5f);
        each<GaussianKlSlopeV>(dv, latent_, v, share);
        each<Add>(dv, latent_, dv, dm);
        each<GaussianKlSlopeM>(dm, latent_, m, share);
        each<Add>(dm, latent_, dm, dz);
        each<Add>(bias, 2 * latent_, bias, dm);
      }
    });
  }

  std::int64_t latent_;
  Floats deviation_, noise_, code_, code_slope_, errors_;
};

}  // namespace

Floats::Floats(std::int64_t count)
    : storage_(allocate(static_cast<std::size_t>(count) * sizeof(float))) {
  std::fill_n(data(), count, 0.0f);
}

Layers::Layers(const nn::Module& model, const std::vector<int>& joined, std::int64_t batch)
    : count_(count_numbers(model)),
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

std::unique_ptr<Step> by_hand(const nn::Module& model, std::int64_t batch) {
  if (const auto* autoencoder = dynamic_cast<const models::Autoencoder*>(&model))
    return std::make_unique<Autoencoder>(*autoencoder, batch);
  return std::make_unique<VariationalAutoencoder>(
      dynamic_cast<const models::VariationalAutoencoder&>(model), batch);
}

}  // namespace ebb::tools::benchmark::bare
