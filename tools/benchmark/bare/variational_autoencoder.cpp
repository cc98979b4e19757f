#include <tensor/shape.hpp>
#include <tools/benchmark/bare/steps.hpp>

namespace ebb::tools::benchmark::bare {

using namespace kernels;

namespace {

class VariationalAutoencoder final : public Step {
 public:
  VariationalAutoencoder(const models::VariationalAutoencoder &model, std::int64_t batch)
      : layers_(model, {1, 2, 1, 1}, batch),
        latent_(layers_[2].in),
        deviation_(batch * latent_),
        noise_(batch * latent_),
        code_(batch * latent_),
        code_slope_(batch * latent_),
        errors_(std::max(layers_[3].out, latent_)),
        share_(latent_),
        minus_share_(layers_[3].out),
        half_(latent_, 0.5f) {}

  const Layers &layers() const override { return layers_; }

 private:
  double run(const float *images, std::int64_t n) override {
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
    const auto piece = [&](float *y, const float *x, float *error, std::int64_t width) {
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
    float *const bias = layers_[1].bias_slope;
    std::fill_n(bias, 2 * latent_, 0.0f);
    parallel_for(n, n, [&](std::int64_t, std::int64_t) {
      for (std::int64_t row = 0; row < n; ++row) {
        const float *const m = layers_[1].y + row * 2 * latent_, *const v = m + latent_;
        const float *const dz = code_slope_ + row * latent_;
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

  Layers layers_;
  std::int64_t latent_;
  Floats deviation_, noise_, code_, code_slope_;
  Floats errors_, share_, minus_share_, half_;
};

}  // namespace

std::unique_ptr<Step> by_hand(const models::VariationalAutoencoder &model, std::int64_t batch) {
  return std::make_unique<VariationalAutoencoder>(model, batch);
}

}  // namespace ebb::tools::benchmark::bare
