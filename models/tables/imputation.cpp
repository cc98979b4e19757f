#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <cmath>
#include <models/tables/table_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>

namespace ebb::models {

using nn::Pass;

namespace {

constexpr std::int64_t most_codes = 1 << 16;  // decoded together: more take more memory

// Known cells from the rows, the others from what was made in their place.
Tensor filled_in(const nn::Batch& batch, const Tensor& made) {
  const Tensor rows = cast(batch.inputs, DType::float64);
  return batch.mask.count() > 0 ? where(cast(batch.mask, DType::float64), rows, made) : rows;
}

// Calls use(rows from begin to end) for some rows at a time, and joins what it returns.
template <class Use>
Tensor piece_by_piece(const nn::Batch& batch, std::int64_t draws, Use use) {
  if (draws < 1) throw Error(text("table: ", draws, " draws; it takes at least 1"));
  const std::int64_t n = batch.inputs.size(0), some = std::max<std::int64_t>(1, most_codes / draws);
  std::vector<Tensor> pieces;
  std::int64_t i = 0;
  do {  // once of no rows
    const auto cut = [&](const Tensor& x) { return x.count() > 0 ? slice(x, 0, i, i + some) : x; };
    pieces.push_back(use(nn::Batch{.inputs = cut(batch.inputs), .mask = cut(batch.mask)}));
    i += some;
  } while (i < n);
  return cat(pieces);
}

}  // namespace

Tensor TableAutoencoder::impute(const nn::Batch& batch, std::int64_t count, Pass& pass) const {
  const NoGrad constants;
  return piece_by_piece(batch, count, [&](const nn::Batch& rows) {
    const Cells known = cells(rows);
    const Draws found = draws(encode(known), known, count, pass);
    const Tensor weights = softmax(found.log_weights.value(), 0);  // [K, n]
    const std::int64_t n = rows.inputs.size(0);
    const Tensor each =
        likelihoods.moments(reshape(found.numbers, {count * n, likelihoods.numbers()}));
    const Tensor mean = sum(
        reshape(each, {count, n, each.size(1)}) * unsqueeze(cast(weights, DType::float64), -1), 0);
    return filled_in(rows, likelihoods.guess(mean));
  });
}

Tensor TableAutoencoder::impute_by_chance(const nn::Batch& batch, std::int64_t count,
                                          Pass& pass) const {
  const NoGrad constants;
  return piece_by_piece(batch, count, [&](const nn::Batch& rows) {
    const Cells known = cells(rows);
    const Draws found = draws(encode(known), known, count, pass);
    const Tensor chosen = nn::Categorical{transpose(found.log_weights)}.sample(pass.noise);  // [n]
    const Shape place = {1, chosen.count(), 1};
    const Shape wide = {1, chosen.count(), likelihoods.numbers()};
    const Tensor numbers =
        gather(found.numbers.value(), 0, contiguous(expand(reshape(chosen, place), wide)));
    return filled_in(rows, likelihoods.sample(squeeze(numbers, 0), pass.noise));
  });
}

Tensor TableAutoencoder::given_others(const nn::Batch& batch, std::int64_t count,
                                      Pass& pass) const {
  const NoGrad constants;
  return piece_by_piece(batch, count, [&](const nn::Batch& rows) {
    const Cells all = cells(rows);
    const std::int64_t columns = rows.inputs.size(1);
    std::vector<Tensor> found;
    for (std::int64_t j = 0; j < columns; ++j) {
      nn::Batch rest = rows;
      rest.mask =
          where(arange(static_cast<double>(columns)) == static_cast<double>(j), 0.0, all.known);
      const Cells others = cells(rest);
      const Draws drawn = draws(encode(others), others, count, pass);
      const Tensor log_p =
          slice(likelihoods.log_probability(drawn.numbers, all).value(), -1, j, j + 1);
      const Tensor weights = drawn.log_weights.value();
      found.push_back(logsumexp(squeeze(log_p, -1) + weights, 0) - logsumexp(weights, 0));
    }
    return where(all.known, stack(found, 1), 0.0);
  });
}

}  // namespace ebb::models
