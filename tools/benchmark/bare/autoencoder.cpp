#include <tools/benchmark/bare/steps.hpp>

namespace ebb::tools::benchmark::bare {

using namespace kernels;

namespace {

class Autoencoder final : public Step {
 public:
  Autoencoder(const models::Autoencoder& model, std::int64_t batch)
      : layers_(model, {1, 1}, batch), errors_(layers_[1].out), share_(layers_[1].out) {}

  const Layers& layers() const override { return layers_; }

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

  Layers layers_;
  Floats errors_, share_;  // by pixel; the slope of the loss, repeated
};

}  // namespace

std::unique_ptr<Step> by_hand(const models::Autoencoder& model, std::int64_t batch) {
  return std::make_unique<Autoencoder>(model, batch);
}

std::unique_ptr<Step> by_hand(const nn::Module& model, std::int64_t batch) {
  if (const auto* autoencoder = dynamic_cast<const models::Autoencoder*>(&model))
    return by_hand(*autoencoder, batch);
  return by_hand(dynamic_cast<const models::VariationalAutoencoder&>(model), batch);
}

}  // namespace ebb::tools::benchmark::bare
