#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/networks.hpp>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/distributions.hpp>
#include <nn/layers/flatten.hpp>

namespace ebb::models {

using nn::flatten, nn::Gaussian, nn::Pass, nn::per_example;
namespace {

// [n, d] as [k n, d]: all rows, again and again.
Variable repeat_rows(const Variable& x, std::int64_t k) {
  if (k == 1 || x.rank() < 2) return x;  // no condition
  return reshape(expand(x, {k, x.size(0), x.size(1)}), {k * x.size(0), x.size(1)});
}

VariationalParts dense(const VariationalAutoencoderOptions& o) {
  Networks n = dense_networks({.image = {o.input}, .hidden = o.hidden, .latent = o.latent});
  return {Encoder(std::move(n.encoder), n.features, o.latent),
          Decoder(std::move(n.decoder), std::move(n.output))};
}

}  // namespace

VariationalParts::VariationalParts(const VariationalAutoencoderOptions& options)
    : VariationalParts(dense(options)) {}

VariationalParts::VariationalParts(Encoder to_code, Decoder from_code)
    : encoder(std::move(to_code)),
      decoder(std::move(from_code)),
      prior(StandardPrior(encoder.latent())) {}

Variable VariationalParts::features(const Variable& x, const Variable& condition) const {
  return join(encoder.hidden(x), condition);
}

Variable VariationalParts::features(const Variable& x, Pass& pass,
                                    const Variable& condition) const {
  return join(encoder.hidden(x, pass), condition);
}

Variable VariationalParts::code(const Variable& x, const Variable& condition) const {
  const Variable h = features(x, condition), mean = encoder.posterior(h).mean;
  return flow ? (*flow)(mean, flow->numbers(h)).z : mean;
}

Variable VariationalParts::draw_code(const Variable& x, Random& noise, const Variable& c) const {
  const Variable h = features(x, c), z = encoder.posterior(h).sample(noise);
  return flow ? (*flow)(z, flow->numbers(h)).z : z;
}

Variable VariationalParts::numbers(const Variable& z, Pass& pass, const Variable& condition) const {
  return flatten(decoder(join(z, condition), pass));
}

Variable VariationalParts::decode(const Variable& z, const Variable& condition) const {
  return likelihood.mean(flatten(decoder(join(z, condition))));
}

Tensor VariationalParts::draw(const Variable& z, Random& noise, const Variable& condition) const {
  return likelihood.sample(flatten(decoder(join(z, condition))), noise);
}

VariationalParts::Draws VariationalParts::draws(const Variable& x, const Variable& h,
                                                std::int64_t count, Pass& pass,
                                                const Variable& condition) const {
  if (count < 1) throw Error(text("vae: ", count, " draws; it takes at least 1"));
  const Gaussian q = encoder.posterior(h);
  const std::int64_t n = q.mean.size(0);
  const Gaussian each = {repeat_rows(q.mean, count), repeat_rows(q.log_variance, count)};
  Variable z = each.sample(pass.noise), log_q = per_example(each.log_probability(z));
  const Variable standard = log_q - log_probability(StandardPrior(z.size(1)), z, encoder, pass);
  if (flow) {
    const auto [flowed, log_determinant] = (*flow)(z, repeat_rows(flow->numbers(h), count));
    z = flowed, log_q = log_q - log_determinant;
  }
  const Variable log_ratio = log_q - log_probability(prior, z, encoder, pass);
  const Variable p = numbers(z, pass, repeat_rows(condition, count)), flat = flatten(x);
  const Variable log_p = likelihood.log_probability(reshape(p, {count, n, p.size(1)}),
                                                    expand(flat, {count, n, flat.size(1)}));
  return {sum(log_p, 2), reshape(log_ratio, {count, n}), reshape(standard, {count, n})};
}

void VariationalParts::visit(nn::Visitor& v) {
  v("encoder", encoder), v("decoder", decoder);
  std::visit([&](auto& p) { v("prior", p); }, prior);
  v("likelihood", likelihood), v("flow", flow);
}

}  // namespace ebb::models
