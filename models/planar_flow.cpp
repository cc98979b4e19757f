#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <models/planar_flow.hpp>

namespace ebb::models {

PlanarFlow::PlanarFlow(std::int64_t features, std::int64_t latent, std::int64_t steps)
    : latent_(latent), steps_(steps), numbers_(features, steps * (2 * latent + 1)) {}

PlanarFlow::Flowed PlanarFlow::operator()(const Variable& z0, const Variable& numbers) const {
  Flowed at = {z0, {}};
  for (std::int64_t step = 0; step < steps_; ++step) {
    const std::int64_t from = step * (2 * latent_ + 1);
    const Variable u = slice(numbers, 1, from, from + latent_);
    const Variable w = slice(numbers, 1, from + latent_, from + 2 * latent_);
    const Variable b = slice(numbers, 1, from + 2 * latent_, from + 2 * latent_ + 1);
    // Along w, wᵀ u becomes softplus(wᵀ u) - 1.
    const Variable along = sum(w * u, 1, true), wanted = softplus(along) - 1;
    const Variable moved = u + (wanted - along) * w / (sum(square(w), 1, true) + 1e-12);
    const Variable h = tanh(sum(w * at.z, 1, true) + b);
    const Variable log_determinant = sum(log1p((1 - square(h)) * wanted), 1);
    at = {at.z + moved * h, step == 0 ? log_determinant : at.log_determinant + log_determinant};
  }
  return at;
}

}  // namespace ebb::models
