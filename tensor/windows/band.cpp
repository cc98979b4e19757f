#include <algorithm>
#include <tensor/common/reduction.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/windows/band.hpp>

namespace ebb::detail {

Band Band::identity(std::int64_t n) {
  Band band(n, n, 1);
  for (std::int64_t i = 0; i < n; ++i) band.set(i, i, 1, 1);
  return band;
}

void Band::set(std::int64_t o, std::int64_t from, std::int64_t n, double weight) {
  first[static_cast<std::size_t>(o)] = from;
  count[static_cast<std::size_t>(o)] = n;
  std::fill_n(weights.begin() + o * taps, n, weight);
}

Band Band::transposed() const {
  std::vector<std::int64_t> begin(static_cast<std::size_t>(in), out), end(begin.size(), 0);
  const auto each = [&](const auto& visit) {
    for (std::int64_t o = 0; o < out; ++o)
      for (std::int64_t i = 0; i < count[static_cast<std::size_t>(o)]; ++i)
        visit(o, static_cast<std::size_t>(first[static_cast<std::size_t>(o)] + i),
              weights[static_cast<std::size_t>(o * taps + i)]);
  };
  each([&](std::int64_t o, std::size_t i, double) {
    begin[i] = std::min(begin[i], o);
    end[i] = o + 1;
  });
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < begin.size(); ++i) longest = std::max(longest, end[i] - begin[i]);
  Band turned(out, in, longest);
  for (std::size_t i = 0; i < begin.size(); ++i)
    if (begin[i] < end[i]) turned.set(static_cast<std::int64_t>(i), begin[i], end[i] - begin[i], 0);
  each([&](std::int64_t o, std::size_t i, double weight) {
    turned.weights[i * static_cast<std::size_t>(longest) + static_cast<std::size_t>(o - begin[i])] =
        weight;
  });
  return turned;
}

Tensor resample(const Tensor& x, const Bands& bands) {
  const Band &rows = bands.rows, &columns = bands.columns;
  Shape shape = x.shape();
  shape[x.rank() - 2] = rows.out;
  shape[x.rank() - 1] = columns.out;
  const Tensor y = empty(shape, x.dtype()), from = contiguous(x);
  if (y.count() == 0) return y;
  const auto weights_of = [&](const Band& band) {
    return cast(from_vector(band.weights), x.dtype());
  };
  const auto told = [](const Band& band, const Tensor& weights) {
    return kernels::Band{band.in,
                         band.out,
                         band.taps,
                         band.first.data(),
                         band.count.data(),
                         weights.raw(),
                         std::all_of(band.count.begin(), band.count.end(),
                                     [&](std::int64_t n) { return n == band.taps; })};
  };
  const Tensor row_weights = weights_of(rows), column_weights = weights_of(columns);
  const kernels::Band down = told(rows, row_weights), along = told(columns, column_weights);
  const auto kernel = kernels_in_use().pool.resample[static_cast<int>(x.dtype())];
  const std::int64_t lines = y.count() / columns.out;
  const std::int64_t work = std::max<std::int64_t>(1, rows.taps) * columns.in + columns.out;
  parallel_for(lines, rows_per_piece(lines, work), [&](std::int64_t begin, std::int64_t end) {
    const Tensor row = empty({columns.in}, x.dtype());
    kernel(y.raw(), from.raw(), row.raw(), begin, end, down, along);
  });
  return y;
}

}  // namespace ebb::detail
