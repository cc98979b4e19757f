#include <tools/benchmark/bare/variational_autoencoder.hpp>

namespace ebb::tools::benchmark::bare {

using namespace ebb::kernels;
using ebb::parallel_for, ebb::Tensor;

namespace {

std::int64_t size_of_code(const ebb::models::VariationalAutoencoder& model) {
  return model.encoder.mean.bias->shape().count();
}
Sizes sizes_of(const ebb::models::VariationalAutoencoder& model) {
  const ebb::Shape& output = model.decoder.output.weight.shape();  // [input, hidden]
  const std::int64_t input = output[0], hidden = output[1], latent = size_of_code(model);
  return {{input, hidden}, {hidden, 2 * latent}, {latent, hidden}, {hidden, input}};
}

}  // namespace

VariationalAutoencoder::VariationalAutoencoder(const ebb::models::VariationalAutoencoder& model,
                                               std::int64_t batch)
    : latent_(size_of_code(model)),
      weights_(sizes_of(model)),
      hidden_(batch * weights_[0].out),
      posterior_(batch * 2 * latent_),
      deviation_(batch * latent_),
      noise_(batch * latent_),
      code_(batch * latent_),
      drawing_(batch * weights_[0].out),
      output_(batch * weights_[0].in),
      drawing_slope_(batch * weights_[0].out),
      code_slope_(batch * latent_),
      posterior_slope_(batch * 2 * latent_),
      hidden_slope_(batch * weights_[0].out),
      errors_(std::max(weights_[0].in, latent_)),
      share_(std::max(weights_[0].in, latent_)),
      half_(latent_, 0.5f) {
  const std::vector<Tensor> numbers = numbers_of(model, 10);
  load(weights_[0], 0, numbers[0], numbers[1]);
  load(weights_[1], 0, numbers[2], numbers[3]);
  load(weights_[1], latent_, numbers[4], numbers[5]);
  load(weights_[2], 0, numbers[6], numbers[7]);
  load(weights_[3], 0, numbers[8], numbers[9]);
}

double VariationalAutoencoder::step(const float* images, std::int64_t n, ebb::Random& random) {
  const Dense &hidden = weights_[0], &posterior = weights_[1];
  const Dense &drawing = weights_[2], &output = weights_[3];
  std::fill_n(share_.data(), std::max(output.out, latent_), 1 / static_cast<float>(n));
  forward(hidden, images, hidden_, n);
  relu(hidden_, n * hidden.out);
  forward(posterior, hidden_, posterior_, n);
  const double divergence = sample(n, random);
  forward(drawing, code_, drawing_, n);
  relu(drawing_, n * drawing.out);
  forward(output, drawing_, output_, n);
  const double reconstruction = output_slope(images, n);
  to_weight(output, drawing_, output_, n);
  to_input(output, output_, drawing_slope_, n);
  relu_slope(drawing, drawing_, drawing_slope_, n);
  to_weight(drawing, code_, drawing_slope_, n);
  to_input(drawing, drawing_slope_, code_slope_, n);
  posterior_slope(n);
  to_weight(posterior, hidden_, posterior_slope_, n);
  to_input(posterior, posterior_slope_, hidden_slope_, n);
  relu_slope(hidden, hidden_, hidden_slope_, n);
  to_weight(hidden, images, hidden_slope_, n);
  weights_.adam();
  return (reconstruction + divergence) / static_cast<double>(n);
}

// z = m + e^(v / 2) noise. The arrays are small: a row at a time on this thread.
double VariationalAutoencoder::sample(std::int64_t n, ebb::Random& random) {
  const std::int64_t count = n * latent_;
  parallel_for(count, 4096, [&](std::int64_t begin, std::int64_t end) {
    ebb::kernels_in_use().random.normal[float32](
        noise_ + begin, random.seed, random.stream,
        random.position + static_cast<std::uint64_t>(begin), end - begin);
  });
  random.position += (static_cast<std::uint64_t>(count) + 3) / 4 * 4;
  std::fill_n(errors_.data(), latent_, 0.0f);
  parallel_for(n, n, [&](std::int64_t, std::int64_t) {
    for (std::int64_t row = 0; row < n; ++row) {
      const float* const m = posterior_ + row * 2 * latent_;
      const float* const v = m + latent_;
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

double VariationalAutoencoder::output_slope(const float* images, std::int64_t n) {
  const std::int64_t pixels = weights_[3].out;
  over_columns(n, pixels, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t width = end - begin;
    alignas(64) float row[widest];
    float *const errors = errors_ + begin, *const bias = weights_[3].bias_slope + begin;
    std::fill_n(errors, width, 0.0f);
    std::fill_n(bias, width, 0.0f);
    for (std::int64_t at = begin; at < n * pixels; at += pixels) {
      float* const y = output_ + at;
      const float* const x = images + at;
      each<BernoulliLoss>(row, width, y, x);
      each<Add>(errors, width, errors, row);
      each<BernoulliLossSlopeX>(y, width, y, x, share_.data());
      each<Add>(bias, width, bias, y);
    }
  });
  return sum(errors_, pixels);
}

// From the code's slope dz: dm = dz + m / n, dv = dz (z - m) / 2 + (e^v - 1) / 2n.
void VariationalAutoencoder::posterior_slope(std::int64_t n) {
  float* const bias = weights_[1].bias_slope;
  std::fill_n(bias, 2 * latent_, 0.0f);
  parallel_for(n, n, [&](std::int64_t, std::int64_t) {
    for (std::int64_t row = 0; row < n; ++row) {
      const float* const m = posterior_ + row * 2 * latent_;
      const float* const v = m + latent_;
      const float* const dz = code_slope_ + row * latent_;
      float *const dm = posterior_slope_ + row * 2 * latent_, *const dv = dm + latent_;
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

std::vector<Tensor> VariationalAutoencoder::parameters() const {
  std::vector<Tensor> numbers;
  store(weights_[0], 0, weights_[0].out, numbers);
  store(weights_[1], 0, latent_, numbers);
  store(weights_[1], latent_, latent_, numbers);
  store(weights_[2], 0, weights_[2].out, numbers);
  store(weights_[3], 0, weights_[3].out, numbers);
  return numbers;
}

}  // namespace ebb::tools::benchmark::bare
