#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/semi_supervised.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/flatten.hpp>
#include <tensor/makers.hpp>

namespace ebb::models {

using nn::Gaussian, nn::Pass, nn::per_example;

SemiSupervised::SemiSupervised(nn::Layer of_classes, VariationalParts parts, std::int64_t classes)
    : classifier(std::move(of_classes)), vae(std::move(parts)), classes_(classes) {}

Variable SemiSupervised::one_hot(const Tensor& labels) const {
  return embedding(Variable(eye(classes_, vae.parts().encoder.mean.weight.value().dtype())),
                   labels);
}

Variable SemiSupervised::labelled(const Variable& x, const Tensor& labels, Pass& pass) const {
  return vae.bound(x, pass, one_hot(labels)) - std::log(static_cast<double>(classes_));
}

// All classes at once: rows y n + i are of example i with the label y.
SemiSupervised::Terms SemiSupervised::terms(const Variable& x, const Variable& logits,
                                            Pass& pass) const {
  const VariationalParts& parts = vae.parts();
  if (!parts.has_closed_form())
    throw Error(
        text("semi_supervised: a code of ", parts.encoder.latent(),
             " numbers with a learned prior or a flow; try the standard prior without one"));
  const std::int64_t n = x.size(0), c = classes_;
  const auto for_each_class = [&](const Variable& rows) {  // [n, d] to [c, n, d]
    return expand(rows, {c, n, rows.size(1)});
  };
  const Variable features = for_each_class(parts.encoder.hidden(x, pass));
  const Variable labels = expand(unsqueeze(cast(eye(c), x.dtype()), 1), {c, n, c});
  const Gaussian q =
      parts.encoder.posterior(reshape(cat({features, labels}, 2), {c * n, features.size(2) + c}));
  const Variable numbers = parts.numbers(q.sample(pass.noise), pass, reshape(labels, {c * n, c}));
  const Variable log_p = parts.likelihood.log_probability(reshape(numbers, {c, n, numbers.size(1)}),
                                                          for_each_class(nn::flatten(x)));
  const Variable kl = reshape(per_example(q.divergence()), {c, n});
  const Variable per_class = sum(log_p, 2);
  const Variable bound = per_class - kl - std::log(static_cast<double>(c));  // of log p(x, y)
  const Variable log_q = transpose(log_softmax(logits, 1));
  const Variable q_of_class = exp(log_q);
  return {sum(q_of_class * (bound - log_q), 0), -sum(q_of_class * per_class, 0)};
}

Variable SemiSupervised::bound(const Variable& x, std::int64_t draws, Pass& pass) const {
  return vae.marginal(x, classes_, draws, pass);
}

}  // namespace ebb::models
