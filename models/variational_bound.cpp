#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>

namespace ebb::models {

using nn::Pass;

static constexpr std::int64_t most_codes = 5000;  // decoded together: more take more memory

Variable VariationalAutoencoder::bound(const Variable& x, Pass& pass,
                                       const Variable& condition) const {
  const VariationalLoss terms = loss(x, pass, condition);
  return -(terms.reconstruction + terms.kl);
}

Variable VariationalAutoencoder::bound(const Variable& x, std::int64_t draws, Pass& pass,
                                       const Variable& condition) const {
  return nn::importance_bound(log_weights(x, draws, pass, condition));
}

Variable VariationalAutoencoder::log_weights(const Variable& x, std::int64_t count, Pass& pass,
                                             const Variable& condition) const {
  const Variable features = parts_->features(x, pass, condition);
  const std::int64_t n = std::clamp<std::int64_t>(x.size(0), 1, most_codes), most = most_codes / n;
  std::vector<Variable> weights;
  std::int64_t rest = count;
  do {
    const auto some = parts_->draws(x, features, std::min(most, rest), pass, condition);
    weights.push_back(some.log_likelihood - some.log_ratio);
    rest -= most;
  } while (rest > 0);
  return cat(weights);
}

}  // namespace ebb::models
