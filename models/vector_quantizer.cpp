#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/vector_quantizer.hpp>
#include <nn/pass.hpp>
#include <nn/start.hpp>
#include <nn/within.hpp>
#include <tensor/parts.hpp>

namespace ebb::models {
namespace {

const VectorQuantizerOptions& checked(const VectorQuantizerOptions& o) {
  if (o.codes < 1 || o.width < 1)
    throw Error(text("vector_quantizer: ", o.codes, " codes of width ", o.width,
                     "; it takes at least 1 of each"));
  if (!(o.decay >= 0 && o.decay < 1))
    throw Error(text("vector_quantizer: a decay of ", o.decay,
                     "; it must be from 0 to less than 1, try 0.99"));
  if (!(o.restart >= 0 && o.restart < 1))
    throw Error(text("vector_quantizer: restarts below ", o.restart,
                     " of the mean count; it must be from 0 to less than 1, try 0.05"));
  return o;
}

}  // namespace

VectorQuantizer::VectorQuantizer(const VectorQuantizerOptions& options)
    : counts({checked(options).codes}),
      codebook({options.codes, options.width},
               {.start = nn::uniform(1 / static_cast<double>(options.codes))}),
      options_(options) {}

Tensor VectorQuantizer::nearest(const Tensor& z) const {
  return nn::within(*this, [&] {
    if (z.rank() < 1 || z.size(-1) != options_.width)
      throw ShapeError(text("vector_quantizer: input ", z.shape(), "; its last axis must be ",
                            options_.width, ", the width of a code, try permute"));
    // |z - e|² = |z|² - 2 z e + |e|², in which |z|² is the same for all codes e. From their middle
    // on: far from 0 the difference of squares would have few digits. Variables, so that a Trace
    // hears of it.
    const Tensor middle = mean(codebook.value(), 0);
    const Variable e = Variable(codebook.value()) - middle;
    return argmin(linear(Variable(z) - middle, -2 * e, sum(square(e), 1)), -1);
  });
}

Tensor VectorQuantizer::vectors(const Tensor& codes) const {
  return embedding(Variable(codebook.value()), codes).value();
}

Quantized VectorQuantizer::operator()(const Variable& z, nn::Pass& pass) const {
  const Tensor codes = nearest(z.value()), code = vectors(codes);
  // z - detach(z) is exactly 0, so that what is decoded is exactly what the codes say.
  const Quantized found = {code + (z - detach(z)), codes, sum(square(z - code), -1)};
  if (pass.training && z.count() > 0) learn(z.value(), found, pass);
  return found;
}

void VectorQuantizer::learn(const Tensor& z, const Quantized& found, nn::Pass& pass) const {
  const Tensor rows = reshape(z, {-1, options_.width}), codes = reshape(found.codes, {-1});
  const Tensor used = index_add(ones(codes.shape(), z.dtype()), 0, codes, options_.codes);
  const Tensor sums = index_add(rows, 0, codes, options_.codes);  // [codes, width]
  const double share = 1 - options_.decay;
  const Tensor before = pass.latest(codebook);
  Tensor count = options_.decay * pass.latest(counts) + share * used;
  const Tensor rate = where(used > 0, share / count, 0);  // a code that was never used has 0 / 0
  Tensor code = before + unsqueeze(rate, 1) * (sums - unsqueeze(used, 1) * before);
  if (options_.restart > 0) {
    // The smallest part keeps them from being all 0; what diverges is for others to report.
    const Tensor apart = reshape(found.distances.value(), {-1});
    const Tensor weights = where(isfinite(apart), apart, 0) + 1e-30;
    const Tensor drawn = multinomial(weights, options_.codes, pass.noise, {.replacement = true});
    const Tensor least = options_.restart * mean(count), dead = count < least;
    code = where(unsqueeze(dead, 1), index_select(rows, 0, drawn), code);
    count = where(dead, least, count);
  }
  pass.note(codebook, code);
  pass.note(counts, count);
}

}  // namespace ebb::models
