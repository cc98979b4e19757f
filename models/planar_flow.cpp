#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <models/planar_flow.hpp>
#include <tensor/makers.hpp>

namespace ebb::models {

static constexpr double tiny = 1e-12;  // keeps |w|² from zero

PlanarFlow::PlanarFlow(std::int64_t features, std::int64_t latent, std::int64_t steps)
    : latent_(latent), steps_(steps), numbers_(features, steps * (2 * latent + 1)) {}

PlanarFlow::Flowed PlanarFlow::operator()(const Variable& z0, const Variable& numbers) const {
  Flowed at = {z0, zeros({z0.size(0)}, z0.dtype())};
  for (std::int64_t step = 0; step < steps_; ++step) {
    const std::int64_t from = step * (2 * latent_ + 1);
    const Variable u = slice(numbers, 1, from, from + latent_);
    const Variable w = slice(numbers, 1, from + latent_, from + 2 * latent_);
    const Variable b = slice(numbers, 1, from + 2 * latent_, from + 2 * latent_ + 1);
    // Along w, wᵀ u becomes softplus(wᵀ u) - 1; where w vanishes, nothing is moved. So wᵀ û is a
    // mean of both, and the determinant that of this very step.
    const Variable along = sum(w * u, 1, true), wanted = softplus(along) - 1;
    const Variable squares = sum(square(w), 1, true) + tiny;
    const Variable moved = u + (wanted - along) * w / squares;
    const Variable slope = wanted + (along - wanted) * (tiny / squares);  // wᵀ û
    const Variable h = tanh(sum(w * at.z, 1, true) + b);
    const Variable log_determinant = sum(log1p((1 - square(h)) * slope), 1);
    at = {at.z + moved * h, at.log_determinant + log_determinant};
  }
  return at;
}

}  // namespace ebb::models
