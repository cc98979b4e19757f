// Rows drawn from a small graph, whose probabilities are known exactly: something to learn from
// where no table is at hand, and to hold a bound against.
#pragma once

#include <nn/data/tables/table.hpp>

namespace ebb::nn {

struct RowsOptions {
  std::int64_t count = 12'000;
  std::uint64_t seed = 0;
  double missing = 0.1;  // part of the cells, at random
};

// Plants in a field, of four kinds that no column names:
//
//     kind ──┬──────────► color (category), flowers (count)
//            └─► size ──► wild (yes/no)
//     kind, size ───────► height (real, cm), weight (positive, g)
//
// The size is ordered. Flowers are Poisson, height and the logarithm of the weight normal. The same
// options give the same rows. Throws Error for a count below 1 and a part outside [0, 1).
Table draw_rows(const RowsOptions& options = {});

// log p of the known cells of each row of a batch, [n], float64: the sum over kinds and, where it
// is missing, the size. A density of height and weight, in cm and g.
Tensor log_probability_of_rows(const Batch& batch);

}  // namespace ebb::nn
