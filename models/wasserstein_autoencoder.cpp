#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/wasserstein_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

namespace {

// |a_i - b_j|², [n, m].
Variable squared_distances(const Variable& a, const Variable& b) {
  const Variable of_a = sum(square(a), 1, true), of_b = sum(square(b), 1);
  return relu(of_a + of_b - 2 * matmul(a, transpose(b)));  // rounding may go below 0
}

// The mean over pairs: of a point and itself, which is no pair, where both sets are the same.
Variable mean_kernel(const Variable& a, const Variable& b, bool same, Kernel kernel,
                     const std::vector<double>& widths) {
  const std::int64_t n = a.size(0), m = b.size(0);
  const auto d = static_cast<double>(a.size(1));
  const Variable distances = squared_distances(a, b);
  const auto pairs = static_cast<double>(same ? n * (n - 1) : n * m);
  Variable total = full({}, 0, a.dtype());
  for (const double h : widths) {
    const double c = 2 * d * h * h;
    const Variable k =
        kernel == Kernel::gaussian ? exp(distances / (-2 * h * h)) : c / (c + distances);
    total = total + sum(same ? where(eye(n, DType::int32), 0.0, k) : k);
  }
  return total / (pairs * static_cast<double>(widths.size()));
}

}  // namespace

Variable maximum_mean_discrepancy(const Variable& a, const Variable& b, Kernel kernel,
                                  const std::vector<double>& widths) {
  if (a.rank() != 2 || b.rank() != 2 || a.size(1) != b.size(1) || a.size(0) == 0 || b.size(0) == 0)
    throw ShapeError(text("maximum_mean_discrepancy: points ", a.shape(), " and ", b.shape(),
                          " must be [n, d] and [m, d], at least one of each"));
  if (widths.empty())
    throw Error(text("maximum_mean_discrepancy: ", widths.size(), " widths; try naming one"));
  const Tensor middle = mean(a.value(), 0, true);  // far from 0 squares would have few digits
  const Variable from_a = a - middle, from_b = b - middle;
  Variable squared = -2 * mean_kernel(from_a, from_b, false, kernel, widths);
  for (const Variable& set : {from_a, from_b})
    if (set.size(0) > 1) squared = squared + mean_kernel(set, set, true, kernel, widths);
  return squared;
}

WassersteinAutoencoder::WassersteinAutoencoder(nn::Layer to_code, nn::Layer from_code,
                                               std::int64_t latent, double weight_of_prior)
    : encoder(std::move(to_code)),
      decoder(std::move(from_code)),
      weight(weight_of_prior),
      latent_(latent) {}

Variable WassersteinAutoencoder::operator()(const Variable& x) const {
  return reshape(decode(encode(x)), x.shape());
}

Variable WassersteinAutoencoder::sample(std::int64_t n, Random& noise, double temperature) const {
  return decode(temperature * randn({n, latent_}, noise));
}

WassersteinLoss WassersteinAutoencoder::loss(const Variable& x, nn::Pass& pass) const {
  static const std::vector<double> widths = [] {
    std::vector<double> roots;
    for (const double scale : {0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0})
      roots.push_back(std::sqrt(scale));
    return roots;
  }();
  const Variable code = encoder(x, pass);
  const Variable again = reshape(decoder(code, pass), x.shape());
  const Variable reconstruction = nn::per_example(square(again - x));
  const Variable drawn = randn(code.shape(), pass.noise, code.dtype());
  const Variable discrepancy =
      code.size(0) > 1
          ? maximum_mean_discrepancy(code, drawn, Kernel::inverse_multiquadratic, widths)
          : Variable(full({}, 0, code.dtype()));
  return {mean(reconstruction) + weight * discrepancy, reconstruction, discrepancy};
}

}  // namespace ebb::models
