#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/tables/table_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>
#include <nn/start.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

using nn::Pass, nn::per_example;

namespace {

// What layers make of x, and x itself behind it: what is linear need not be learned through them.
struct Beside final : nn::Module {
  explicit Beside(nn::Sequential inner) : layers(std::move(inner)) {}
  Variable operator()(const Variable& x) const { return cat({layers(x), x}, -1); }
  void visit(nn::Visitor& v) override { layers.visit(v); }
  nn::Sequential layers;
};

std::int64_t last_or(const std::vector<std::int64_t>& widths, std::int64_t otherwise) {
  return widths.empty() ? otherwise : widths.back();
}

Encoder encoder_for(std::int64_t features, const TableAutoencoderOptions& o) {
  const std::int64_t in = features + o.latent;
  return Encoder(Beside(nn::hidden_layers(in, o.hidden)), last_or(o.hidden, in) + in, o.latent);
}

// The batch with cells of some rows hidden: of each such row a part that is drawn, too.
nn::Batch with_hidden(const nn::Batch& batch, double rows, Random& noise) {
  const std::int64_t n = batch.inputs.size(0);
  const Tensor chosen = rand({n, 1}, noise) < rows, part = rand({n, 1}, noise);
  const Tensor dropped = rand(batch.inputs.shape(), noise) < where(chosen, part, 0.0);
  nn::Batch less = batch;
  less.mask = where(dropped, 0.0, batch.mask.count() > 0 ? batch.mask : ones(batch.inputs.shape()));
  return less;
}

}  // namespace

TableAutoencoder::TableAutoencoder(const nn::TableExample& table, const TableAutoencoderOptions& o)
    : options(o),
      likelihoods(table),
      encoder(encoder_for(likelihoods.groups().features, o)),
      decoder(nn::hidden_layers(o.latent, {o.hidden.rbegin(), o.hidden.rend()})),
      output((o.hidden.empty() ? o.latent : o.hidden.front()) + o.latent, likelihoods.numbers()),
      factors(likelihoods.groups().features, o.latent) {}

void TableAutoencoder::begin(const nn::Batch& rows, Random& random) {
  const Cells seen = cells(rows);
  const Tensor used = sum(seen.linear, 0) > 0;
  const auto free = static_cast<std::int64_t>(sum(cast(used, DType::float64)).item());
  const std::int64_t most = std::clamp<std::int64_t>(free / 2, 1, latent());
  Factors fitted = fit_factors(seen.features, seen.linear, most, random);
  const ColumnLikelihoods::Linear linear = likelihoods.linear(fitted);
  // Words and the like say less of z than Gaussians would.
  fitted.noise = maximum(fitted.noise, likelihoods.least_noise());
  factors.set(fitted);
  const auto alike = [&](const Tensor& x) { return cast(x, output.weight.value().dtype()); };
  const Tensor rest =
      zeros({likelihoods.numbers(), output.weight.shape()[1] - most}, DType::float64);
  const std::int64_t layers = output.weight.shape()[1] - latent();
  output.weight.set(
      alike(cat({slice(rest, 1, 0, layers), linear.weight, slice(rest, 1, layers)}, 1)));
  output.bias->set(alike(linear.bias));
  for (nn::Linear* const layer : {&encoder.mean, &encoder.log_variance})
    layer->weight.set(0.0 * layer->weight.value()), layer->bias->set(0.0 * layer->bias->value());
}

RowPosterior TableAutoencoder::encode(const Cells& cells) const {
  const FactorPosterior linear = factors(cells.features, cells.linear);
  return {linear, encoder(cat({cells.features, linear.mean}, -1))};
}

Variable TableAutoencoder::numbers(const Variable& z) const {
  return output(cat({decoder(z), z}, -1));
}

TableLoss TableAutoencoder::loss(const nn::Batch& batch, Pass& pass) const {
  const bool hides = pass.training && options.hide > 0;
  const Cells seen = cells(hides ? with_hidden(batch, options.hide, pass.noise) : batch);
  const RowPosterior posterior = encode(seen);
  const Variable kl = per_example(posterior.divergence());
  if (options.samples > 1) {
    const Draws found = draws(posterior, seen, options.samples, pass);
    const Variable log_p = sum(likelihoods.log_probability(found.numbers, seen), -1);
    return {-mean(nn::importance_bound(found.log_weights)), -mean(log_p, 0), kl};
  }
  const Variable made = numbers(posterior.sample(pass.noise));
  const Variable log_p = likelihoods.log_probability(unsqueeze(made, 0), seen);
  const Variable reconstruction = -sum(squeeze(log_p, 0), -1);
  return {mean(reconstruction + kl), reconstruction, kl};
}

TableAutoencoder::Draws TableAutoencoder::draws(const RowPosterior& posterior, const Cells& cells,
                                                std::int64_t count, Pass& pass) const {
  const auto [z, log_ratio] = posterior.draw(count, pass.noise);
  const std::int64_t n = z.size(1);
  const Variable made =
      reshape(numbers(reshape(z, {count * n, latent()})), {count, n, likelihoods.numbers()});
  return {z, sum(likelihoods.log_probability(made, cells), -1) + log_ratio, made};
}

Variable TableAutoencoder::log_weights(const Cells& cells, std::int64_t count, Pass& pass) const {
  return draws(encode(cells), cells, count, pass).log_weights;
}

Variable TableAutoencoder::cell_log_probabilities(const Cells& cells, Pass& pass) const {
  const Variable made = numbers(encode(cells).sample(pass.noise));
  return squeeze(likelihoods.log_probability(unsqueeze(made, 0), cells), 0);
}

Tensor TableAutoencoder::decode(const Variable& codes) const {
  return likelihoods.guess(likelihoods.moments(numbers(codes)));
}

Tensor TableAutoencoder::draw(const Variable& codes, Random& noise) const {
  return likelihoods.sample(numbers(codes), noise);
}

}  // namespace ebb::models
