#include <algorithm>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul/packing.hpp>

namespace ebb::detail {
namespace {

using kernels::MatmulBlock;

constexpr std::int64_t large_side = 512;        // rows and columns that repay packing both matrices
constexpr std::int64_t packing_grain = 65'536;  // elements that a task packs at least

// Rows that begin a multiple of 4096 bytes apart share a few places in an L1 cache, mostly 8. The
// rows of a tall panel then push one another out.
bool rows_collide(const Machine& machine, std::int64_t stride) {
  return machine.kernel.rows > 8 && stride * machine.bytes % 4096 == 0;
}

}  // namespace

// Matrices that no cache holds are packed. Where tiles are small and read much, so are smaller
// ones, above all with a transposed a, of which a panel touches a cache line for each step of k.
bool repays_packing(const Machine& machine, const MatmulBlock& x) {
  const auto& repaid = machine.kernel.packing;
  if (std::max(x.m, x.n) * x.k > repaid.elements && std::min(x.m, x.n) >= large_side) return true;
  if (x.b_column != 1 || x.n < large_side / 4) return false;
  if (x.a_column == 1 && rows_collide(machine, x.a_row) && x.m > 8 && x.n >= large_side / 2)
    return true;
  const std::int64_t work = x.m * x.n * x.k;
  if (x.m >= large_side / 2 && work >= (x.a_column == 1 ? repaid.rows : repaid.columns))
    return true;
  return x.a_column != 1 && x.k >= large_side / 2 && work >= repaid.deep;
}

// For few rows of a, b is read in place. Under a tall tile so is a larger b whose rows do not
// collide.
bool repays_packing_b(const Machine& machine, const MatmulBlock& x) {
  const auto& repaid = machine.kernel.packing;
  return x.b_column != 1 || (x.m >= large_side && rows_collide(machine, x.b_row)) ||
         (x.m >= large_side / 4 && (x.k * x.n > repaid.elements || x.m * x.n * x.k >= repaid.rows));
}

std::shared_ptr<Storage> packing_room(const Machine& machine, std::int64_t k, std::int64_t n) {
  const std::int64_t width = machine.kernel.columns;
  return allocate(static_cast<std::size_t>(divide_up(n, width) * width * k * machine.bytes));
}

void pack_strips(const Machine& machine, const MatmulBlock& x, void* room, std::int64_t begin,
                 std::int64_t end) {
  const std::int64_t width = machine.kernel.columns;
  for (std::int64_t column = begin * width; column < std::min(x.n, end * width); column += width)
    machine.kernel.pack(machine.at(room, column * x.k), machine.at(x.b, column * x.b_column),
                        x.b_row, x.b_column, x.k, std::min(width, x.n - column));
}

MatmulBlock with_packed(const MatmulBlock& x, const void* b) {
  MatmulBlock block = x;
  block.b = b;
  block.b_packed = true;
  return block;
}

MatmulBlock pack(const Machine& machine, const MatmulBlock& x, void* room) {
  const std::int64_t width = machine.kernel.columns;
  const std::int64_t grain =
      std::max<std::int64_t>(1, packing_grain / std::max(x.k * width, width));
  parallel_for(divide_up(x.n, width), grain, [&](std::int64_t begin, std::int64_t end) {
    pack_strips(machine, x, room, begin, end);
  });
  return with_packed(x, room);
}

}  // namespace ebb::detail
