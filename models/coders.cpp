#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <models/coders.hpp>
#include <nn/distributions.hpp>

namespace ebb::models {

using nn::Gaussian, nn::Pass;

Variable join(const Variable& rows, const Variable& condition) {
  if (condition.rank() == 1 && condition.count() == 0) return rows;
  if (condition.rank() != 2 || condition.size(0) != rows.size(0))
    throw ShapeError(text("vae: a condition ", condition.shape(), " of ", rows.size(0),
                          " examples; it must be [n, c], a row for each"));
  return cat({rows, condition}, 1);
}

Encoder::Encoder(nn::Layer hidden_layer, std::int64_t features, std::int64_t latent,
                 std::int64_t condition)
    : hidden(std::move(hidden_layer)), mean(features, latent), log_variance(features, latent) {
  if (condition > 0) joined.emplace(features + condition, features);
}

Gaussian Encoder::operator()(const Variable& x) const { return posterior(hidden(x)); }

Gaussian Encoder::operator()(const Variable& x, Pass& pass) const {
  return posterior(hidden(x, pass));
}

Gaussian Encoder::posterior(const Variable& all) const {
  const Variable features = joined ? relu((*joined)(all)) : all;
  return {mean(features), clamp(log_variance(features), -80, 80)};
}

Variable Decoder::operator()(const Variable& z) const { return output(hidden(z)); }

Variable Decoder::operator()(const Variable& z, Pass& pass) const {
  return output(hidden(z, pass), pass);
}

}  // namespace ebb::models
