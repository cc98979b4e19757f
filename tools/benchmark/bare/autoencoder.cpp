#include <tools/benchmark/bare/autoencoder.hpp>

namespace ebb::tools::benchmark::bare {

using namespace ebb::kernels;
using ebb::Tensor;

namespace {

Sizes sizes_of(const ebb::nn::Module& model) {
  const ebb::Shape shape = numbers_of(model, 4)[0].shape();  // [latent, input]
  return {{shape[1], shape[0]}, {shape[0], shape[1]}};
}

}  // namespace

Autoencoder::Autoencoder(const ebb::models::Autoencoder& model, std::int64_t batch)
    : weights_(sizes_of(model)),
      code_(batch * weights_[0].out),
      output_(batch * weights_[0].in),
      code_slope_(batch * weights_[0].out),
      errors_(weights_[0].in),
      share_(weights_[0].in) {
  const std::vector<Tensor> numbers = numbers_of(model, 4);
  load(weights_[0], 0, numbers[0], numbers[1]);
  load(weights_[1], 0, numbers[2], numbers[3]);
}

double Autoencoder::step(const float* images, std::int64_t n) {
  const Dense& encoder = weights_[0];
  const Dense& decoder = weights_[1];
  forward(encoder, images, code_, n);
  relu(code_, n * encoder.out);
  forward(decoder, code_, output_, n);
  const double loss = output_slope(images, n);
  to_weight(decoder, code_, output_, n);
  to_input(decoder, output_, code_slope_, n);
  relu_slope(encoder, code_, code_slope_, n);
  to_weight(encoder, images, code_slope_, n);
  weights_.adam();
  return loss;
}

// While a row is in the cache: sigmoid, the error, its slope, and the sums of both over the rows.
double Autoencoder::output_slope(const float* images, std::int64_t n) {
  const std::int64_t pixels = weights_[0].in;
  const float part = 1 / static_cast<float>(n * pixels);
  std::fill_n(share_.data(), pixels, part);
  over_columns(n, pixels, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t width = end - begin;
    alignas(64) float row[widest];
    float *const errors = errors_ + begin, *const bias = weights_[1].bias_slope + begin;
    std::fill_n(errors, width, 0.0f);
    std::fill_n(bias, width, 0.0f);
    for (std::int64_t at = begin; at < n * pixels; at += pixels) {
      float* const y = output_ + at;
      const float* const x = images + at;
      each<Sigmoid>(y, width, y);
      each<SquaredError>(row, width, y, x);
      each<Add>(errors, width, errors, row);
      each<SquaredErrorSlopeX>(row, width, y, x, share_.data());
      each<SigmoidSlope>(y, width, y, row);
      each<Add>(bias, width, bias, y);
    }
  });
  return sum(errors_, pixels) / static_cast<double>(n * pixels);
}

std::vector<Tensor> Autoencoder::parameters() const {
  std::vector<Tensor> numbers;
  for (int i = 0; i < 2; ++i) store(weights_[i], 0, weights_[i].out, numbers);
  return numbers;
}

}  // namespace ebb::tools::benchmark::bare
