#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <models/planar_flow.hpp>
#include <tensor/makers.hpp>

namespace ebb::models {

static constexpr double tiny = 1e-12;                // keeps |w|² from zero
static constexpr double shift = 0.5413248546129181;  // log(e - 1), whose softplus is 1
static constexpr double near = 0.01;                 // |w|² where half of it is added

PlanarFlow::PlanarFlow(std::int64_t features, std::int64_t latent, std::int64_t steps)
    : latent_(latent), steps_(steps), numbers_(features, steps * (2 * latent + 1)) {}

PlanarFlow::Flowed PlanarFlow::operator()(const Variable& z0, const Variable& numbers) const {
  Flowed at = {z0, zeros({z0.size(0)}, z0.dtype())};
  for (std::int64_t step = 0; step < steps_; ++step) {
    const std::int64_t from = step * (2 * latent_ + 1);
    const Variable u = slice(numbers, 1, from, from + latent_);
    const Variable w = slice(numbers, 1, from + latent_, from + 2 * latent_);
    const Variable b = slice(numbers, 1, from + 2 * latent_, from + 2 * latent_ + 1);
    // Along w, wᵀ u becomes softplus(wᵀ u) - 1, and near w = 0 what is 0 where wᵀ u is: else a
    // small w, by whose length we divide, would throw z far away. The determinant 1 + (1 - h²) wᵀ û
    // is that of this very step. Its form below adds what is above 0 alone, for softplus is soon
    // lost beside 1.
    const Variable along = sum(w * u, 1, true), squares = sum(square(w), 1, true);
    const Variable above = softplus(along + shift * near / (squares + near));
    const Variable apart = above - 1 - along, least = clamp(squares, tiny, 1e30);
    const Variable moved = u + apart * w / least;
    const Variable slope = above - apart * (1 - squares / least);  // 1 + wᵀ û
    const Variable h = tanh(sum(w * at.z, 1, true) + b), squared = square(h);
    const Variable log_determinant = sum(log(squared + (1 - squared) * slope), 1);
    at = {at.z + moved * h, at.log_determinant + log_determinant};
  }
  return at;
}

}  // namespace ebb::models
