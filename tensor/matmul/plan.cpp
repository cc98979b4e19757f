#include <bit>
#include <tensor/matmul/plan.hpp>
#include <utility>

namespace ebb::detail {
namespace {

using kernels::MatmulBlock;

// The product turned around, bᵀ aᵀ = cᵀ. Tiles want a right matrix whose rows have no gaps, and
// pack others. In x Wᵀ that is the large Wᵀ; turned around it is xᵀ, which is small for few rows of
// x.
MatmulBlock transposed(const MatmulBlock& x) {
  MatmulBlock y = x;
  std::swap(y.m, y.n);
  y.a = x.b, y.a_row = x.b_column, y.a_column = x.b_row;
  y.b = x.a, y.b_row = x.a_column, y.b_column = x.a_row;
  std::swap(y.c_row, y.c_column);
  y.bias_per_row = !x.bias_per_row;
  return y;
}

bool can_run_along_k(const Machine& machine, const MatmulBlock& x) {
  return x.a_column == 1 && x.b_row == 1 && x.k >= machine.kernel.columns / 2;
}

// The width of n columns in strips, counted in half vectors. A strip is two vectors wide (4). The
// last one may be one vector wide (2) or, with AVX-512, one and a half (3).
std::int64_t half_vectors_across(const Machine& machine, std::int64_t n) {
  const std::int64_t width = machine.kernel.columns / 2, half = machine.kernel.half;
  const std::int64_t rest = n % (2 * width);
  const std::int64_t last = rest <= width ? 2 : rest <= width + half ? 2 + 2 * half / width : 4;
  return n / (2 * width) * 4 + (rest == 0 ? 0 : last);
}

// About how many clock cycles tiles take: one per multiply-add of vectors, one per element of c
// that is transposed, and one per two elements that are packed.
std::int64_t cost(const Machine& machine, const MatmulBlock& x) {
  return x.m * x.k * half_vectors_across(machine, x.n) / 2 +
         (can_read_in_place(machine, x) ? 0 : x.k * x.n / 2) + (x.c_column == 1 ? 0 : x.m * x.n);
}

// The same for sums along k. What is left of the columns after the last whole tile takes one tile
// for each power of two in its width.
std::int64_t cost_along_k(const Machine& machine, const MatmulBlock& x) {
  const auto& dot = machine.kernel.dot;
  const std::int64_t steps = divide_up(x.k, machine.kernel.columns / 2);
  const int last = std::popcount(static_cast<std::uint64_t>(x.n % dot.columns));
  const std::int64_t tiles = divide_up(x.m, dot.rows) * (x.n / dot.columns + last);
  return (x.m * x.n * steps * dot.step + tiles * dot.tile) / 100 +
         (x.c_column == 1 ? 0 : x.m * x.n);
}

}  // namespace

bool can_read_in_place(const Machine& machine, const MatmulBlock& x) {
  return x.b_column == 1 && x.n >= machine.kernel.columns / 2;
}

MatmulPlan cheapest_plan(const Machine& machine, const MatmulBlock& x) {
  // A single row takes about as long as to compare plans, and the first that it can take is good.
  if (x.m == 1 && can_run_along_k(machine, x)) return {x, true};
  if (x.m == 1 && can_read_in_place(machine, x)) return {x, false};
  const MatmulBlock turned = transposed(x);
  if (turned.m == 1 && can_run_along_k(machine, turned)) return {turned, true};
  const MatmulBlock& tiles = cost(machine, turned) < cost(machine, x) ? turned : x;
  const MatmulBlock& sums = cost_along_k(machine, turned) < cost_along_k(machine, x) ? turned : x;
  const bool along_k =
      can_run_along_k(machine, sums) && cost_along_k(machine, sums) < cost(machine, tiles);
  return {along_k ? sums : tiles, along_k};
}

}  // namespace ebb::detail
