#include <algorithm>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/shape.hpp>
#include <tools/benchmark/bare/steps.hpp>

namespace ebb::tools::benchmark::bare {

using namespace kernels;

namespace {

constexpr std::int64_t widest = 1024;  // columns that one thread takes along

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

// y[i] = F(x[i]...) on this thread; inside parallel_for alone.
template <class F, class... X>
void each(float* y, std::int64_t n, const X*... x) {
  const void* const from[] = {x...};
  kernels_in_use().elementwise.loops[float32][AllFormulas::place<F>](y, from, {.columns = n});
}

void relu(const Dense& layer, std::int64_t n) {
  parallel_for(n * layer.out, grain, [&](std::int64_t begin, std::int64_t end) {
    each<Relu>(layer.y + begin, end - begin, layer.y + begin);
  });
}

// Calls body(begin, end) for stretches of columns, about one per thread: each goes through all rows
// while they are in the cache, so that sums over rows need no second pass.
template <class Body>
void over_columns(std::int64_t rows, std::int64_t columns, const Body& body) {
  const std::int64_t line = 16, stretches = rows * columns < grain ? 1 : threads();
  const std::int64_t stretch = divide_up(divide_up(columns, stretches), line) * line;
  parallel_for(columns, std::min(stretch, widest), body);
}

// dy = 0 where y is not above 0, in place, and its sum over the rows: the slope of the bias.
void relu_slope(const Dense& layer, std::int64_t n) {
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
      : Step({model, {1, 1}, batch}), errors_(layers_[1].out), share_(layers_[1].out) {}

 private:
  double run(const float* images, std::int64_t n) override {
    const Dense &encoder = layers_[0], &decoder = layers_[1];
    forward(encoder, images, n);
    relu(encoder, n);
    forward(decoder, encoder.y, n);
    const double loss = output_slope(images, n);
    back(decoder, encoder.y, encoder.dy, n);
    relu_slope(encoder, n);
    back(encoder, images, nullptr, n);
    layers_.adam();
    return loss;
  }

  // While a row is in the cache: sigmoid, the error and its slope.
  double output_slope(const float* images, std::int64_t n) {
    const Dense& decoder = layers_[1];
    std::fill_n(share_.data(), decoder.out, 1 / static_cast<float>(n * decoder.out));
    const auto piece = [&](float* y, const float* x, float* error, std::int64_t width) {
      alignas(64) float slope[widest];
      each<Sigmoid>(y, width, y);
      each<SquaredError>(error, width, y, x);
      each<SquaredErrorSlopeX>(slope, width, y, x, share_.data());
      each<SigmoidSlope>(y, width, y, slope);
    };
    return loss_and_slope(decoder, images, n, errors_, piece) /
           static_cast<double>(n * decoder.out);
  }

  Floats errors_, share_;  // by pixel; the slope of the loss, repeated
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
        errors_(std::max(layers_[3].out, latent_)),
        share_(latent_),
        minus_share_(layers_[3].out),
        half_(latent_, 0.5f) {}

 private:
  double run(const float* images, std::int64_t n) override {
    const Dense &hidden = layers_[0], &posterior = layers_[1];
    const Dense &drawing = layers_[2], &output = layers_[3];
    std::fill_n(share_.data(), latent_, 1 / static_cast<float>(n));
    std::fill_n(minus_share_.data(), output.out, -1 / static_cast<float>(n));
    forward(hidden, images, n);
    relu(hidden, n);
    forward(posterior, hidden.y, n);
    const double divergence = sample(n);
    forward(drawing, code_, n);
    relu(drawing, n);
    forward(output, drawing.y, n);
    const auto piece = [&](float* y, const float* x, float* error, std::int64_t width) {
      each<BernoulliLogProbability>(error, width, y, x);
      each<BernoulliLogProbabilitySlopeX>(y, width, y, x, minus_share_.data());
    };
    const double reconstruction = -loss_and_slope(output, images, n, errors_, piece);
    back(output, drawing.y, drawing.dy, n);
    relu_slope(drawing, n);
    back(drawing, code_, code_slope_, n);
    posterior_slope(n);
    back(posterior, hidden.y, hidden.dy, n);
    relu_slope(hidden, n);
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
        each<Multiply>(s, latent_, v, half_.data());
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
    std::fill_n(bias, 2 * latent_, 0.0f);
    parallel_for(n, n, [&](std::int64_t, std::int64_t) {
      for (std::int64_t row = 0; row < n; ++row) {
        const float *const m = layers_[1].y + row * 2 * latent_, *const v = m + latent_;
        const float* const dz = code_slope_ + row * latent_;
        float *const dm = layers_[1].dy + row * 2 * latent_, *const dv = dm + latent_;
        each<Multiply>(dm, latent_, dz, noise_ + row * latent_);
        each<ExpSlope>(dm, latent_, deviation_ + row * latent_, dm);
        each<Multiply>(dm, latent_, dm, half_.data());
        each<GaussianKlSlopeV>(dv, latent_, v, share_.data());
        each<Add>(dv, latent_, dv, dm);
        each<GaussianKlSlopeM>(dm, latent_, m, share_.data());
        each<Add>(dm, latent_, dm, dz);
        each<Add>(bias, 2 * latent_, bias, dm);
      }
    });
  }

  std::int64_t latent_;
  Floats deviation_, noise_, code_, code_slope_;
  Floats errors_, share_, minus_share_, half_;
};

}  // namespace

std::unique_ptr<Step> by_hand(const nn::Module& model, std::int64_t batch) {
  if (const auto* autoencoder = dynamic_cast<const models::Autoencoder*>(&model))
    return std::make_unique<Autoencoder>(*autoencoder, batch);
  return std::make_unique<VariationalAutoencoder>(
      dynamic_cast<const models::VariationalAutoencoder&>(model), batch);
}

}  // namespace ebb::tools::benchmark::bare
