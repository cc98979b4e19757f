#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/tables/table_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/hidden.hpp>
#include <nn/layers/linear.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

using nn::Gaussian, nn::Pass, nn::per_example;

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
  return Encoder(Beside(nn::hidden_layers(features, o.hidden)),
                 last_or(o.hidden, features) + features, o.latent);
}

Decoder decoder_for(std::int64_t numbers, const TableAutoencoderOptions& o) {
  const std::vector<std::int64_t> widths(o.hidden.rbegin(), o.hidden.rend());
  return Decoder(Beside(nn::hidden_layers(o.latent, widths)),
                 nn::Linear(last_or(widths, o.latent) + o.latent, numbers));
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
      decoder(decoder_for(likelihoods.numbers(), o)) {}

Gaussian TableAutoencoder::encode(const Cells& cells) const { return encoder(cells.features); }

TableLoss TableAutoencoder::loss(const nn::Batch& batch, Pass& pass) const {
  const bool hides = pass.training && options.hide > 0;
  const Cells seen = cells(hides ? with_hidden(batch, options.hide, pass.noise) : batch);
  const Gaussian posterior = encoder(seen.features, pass);
  const Variable kl = per_example(posterior.divergence());
  if (options.samples > 1) {
    const Draws found = draws(seen, options.samples, pass);
    const Variable log_p = sum(likelihoods.log_probability(found.numbers, seen), -1);
    return {-mean(nn::importance_bound(found.log_weights)), -mean(log_p, 0), kl};
  }
  const Variable numbers = decoder(posterior.sample(pass.noise), pass);
  const Variable log_p = likelihoods.log_probability(unsqueeze(numbers, 0), seen);
  const Variable reconstruction = -sum(squeeze(log_p, 0), -1);
  return {mean(reconstruction + kl), reconstruction, kl};
}

TableAutoencoder::Draws TableAutoencoder::draws(const Cells& cells, std::int64_t count,
                                                Pass& pass) const {
  const Gaussian q = encoder(cells.features, pass);
  const std::int64_t n = q.mean.size(0), d = latent();
  const Shape all = {count, n, d};
  const Gaussian each = {expand(q.mean, all), expand(q.log_variance, all)};
  const Variable z = each.sample(pass.noise);
  const Variable numbers =
      reshape(decoder(reshape(z, {count * n, d}), pass), {count, n, likelihoods.numbers()});
  // log p(z) - log q(z): what both have of log 2π is gone.
  const Variable ratio = 0.5 * sum(square((z - each.mean) * exp(-0.5 * each.log_variance)) +
                                       each.log_variance - square(z),
                                   -1);
  return {z, sum(likelihoods.log_probability(numbers, cells), -1) + ratio, numbers};
}

Variable TableAutoencoder::log_weights(const Cells& cells, std::int64_t count, Pass& pass) const {
  return draws(cells, count, pass).log_weights;
}

Variable TableAutoencoder::cell_log_probabilities(const Cells& cells, Pass& pass) const {
  const Variable numbers = decoder(encoder(cells.features, pass).sample(pass.noise), pass);
  return squeeze(likelihoods.log_probability(unsqueeze(numbers, 0), cells), 0);
}

Tensor TableAutoencoder::decode(const Variable& codes) const {
  return likelihoods.guess(likelihoods.moments(decoder(codes)));
}

Tensor TableAutoencoder::draw(const Variable& codes, Random& noise) const {
  return likelihoods.sample(decoder(codes), noise);
}

}  // namespace ebb::models
