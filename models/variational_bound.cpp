#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <cmath>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>
#include <tensor/makers.hpp>

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

Variable VariationalAutoencoder::marginal(const Variable& x, std::int64_t classes,
                                          std::int64_t draws, Pass& pass) const {
  std::vector<Variable> each;
  for (std::int64_t label = 0; label < classes; ++label) {
    const Tensor labels = full({x.size(0)}, static_cast<double>(label), DType::int32);
    each.push_back(bound(x, draws, pass, cast(one_hot(labels, classes), x.dtype())));
  }
  return logsumexp(stack(each), 0) - std::log(static_cast<double>(classes));
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
