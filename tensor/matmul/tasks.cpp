#include <algorithm>
#include <atomic>
#include <tensor/kernels/formula_names.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul/packing.hpp>
#include <tensor/matmul/tasks.hpp>

namespace ebb {
namespace {

using detail::cheapest_plan, detail::Machine, detail::MatmulPlan;
using detail::pack_strips, detail::packing_room, detail::with_packed;
using kernels::MatmulBlock;

// How a product is computed depends on its shapes and strides, and on whether its left matrix is
// mostly zeros. That is decided once for the whole product: each element is one chain of
// multiply-adds in the order of k, or a vector of such chains, or a chain without the zeros. The
// number of threads only decides who computes what, so it cannot change a bit.
constexpr std::int64_t task_work = 50'000;     // multiply-adds that are worth a task
constexpr std::int64_t large = 1 << 19;        // elements that are too many to pack for each task
constexpr std::int64_t packed_columns = 2048;  // of b, as many as are packed at a time
constexpr std::int64_t owned = 1 << 16;        // elements of weights that are worth an owner
constexpr std::int64_t look_work = 500'000;    // multiply-adds that repay a look for zeros in a

MatmulBlock rows_of(const Machine& machine, MatmulBlock block, std::int64_t begin,
                    std::int64_t end) {
  block.m = end - begin;
  block.a = machine.at(block.a, begin * block.a_row);
  block.c = machine.at(block.c, begin * block.c_row);
  block.bias = machine.at(block.bias, block.bias_per_row ? begin : 0);
  return block;
}

MatmulBlock columns_of(const Machine& machine, MatmulBlock block, std::int64_t begin,
                       std::int64_t end) {
  block.n = end - begin;
  block.b = machine.at(block.b, begin * (block.b_packed ? block.k : block.b_column));
  block.c = machine.at(block.c, begin * block.c_column);
  block.bias = machine.at(block.bias, block.bias_per_row ? 0 : begin);
  return block;
}

// How many tasks a product makes: one for each thread, fewer where the work is little, and two
// where it is much, so that one that is late holds nobody up. An element that is read or written
// counts as two multiply-adds.
std::int64_t tasks_of(const MatmulBlock& x) {
  const std::int64_t elements = x.m * x.k + x.k * x.n + x.m * x.n;
  const std::int64_t tasks = (x.m * x.n * x.k + 2 * elements) / task_work, all = threads();
  if (all == 1) return 1;
  return tasks >= 64 * all ? 2 * all : std::clamp<std::int64_t>(tasks, 1, all);
}

// How many strips can go to different tasks. Where b is read in place, a last strip that is
// narrower than a vector goes to the task of the strip before: its vector reaches back over that
// one's columns, and no two tasks may write to one element.
std::int64_t strips_of(const Machine& machine, const MatmulBlock& x) {
  const std::int64_t width = machine.kernel.columns;
  return std::max<std::int64_t>(
      1, x.b_column == 1 ? (x.n + width / 2) / width : divide_up(x.n, width));
}

// Pieces of c that make up tasks: panels of rows, nearly equal, or strips of so many columns.
struct Cut {
  bool by_rows;
  std::int64_t pieces, columns;
};

// Does one leave less to the thread that gets most, by so many percent of the whole?
bool evener(const Cut& one, const Cut& other, std::int64_t tasks, int percent) {
  const auto largest = [&](const Cut& cut) {
    return static_cast<double>(divide_up(cut.pieces, tasks)) * 100 /
           static_cast<double>(cut.pieces);
  };
  return largest(one) + percent < largest(other);
}

// Panels of a tile's rows, or lower ones, to half of them, where that makes the tasks even.
Cut into_panels(const Machine& machine, const MatmulBlock& x, std::int64_t tasks) {
  const std::int64_t rows = machine.kernel.rows, panels = divide_up(x.m, rows);
  const std::int64_t even = divide_up(panels, tasks) * tasks;
  return {true, x.m > rows / 2 * even ? even : panels, 0};
}

Cut into_strips(const Machine& machine, const MatmulBlock& x) {
  return {false, strips_of(machine, x), machine.kernel.columns};
}

// Tiles over threads, cut along the longer side of c, unless a few wide strips leave one thread
// much more than another. But where k is short c is mostly written, and each task gets stretches
// of its memory for itself; so it does in a product xᵀ dy, the gradient of a weight: the thread
// that computes a stretch will go through it for the optimizer, too.
Cut cut_of(const Machine& machine, const MatmulBlock& x, std::int64_t tasks) {
  const Cut panels = into_panels(machine, x, tasks);
  const Cut strips = into_strips(machine, x);
  if (x.pack_a) return panels;
  const bool gradient = x.a_column != 1 && x.m >= 4 * machine.kernel.rows * threads();
  if (x.c_column == 1 && (x.m >= x.n || x.k <= 8 || gradient)) return panels;
  return evener(panels, strips, tasks, 3) ? panels : strips;
}

// The same for sums along k, which go in other steps.
Cut cut_along_k(const Machine& machine, const MatmulBlock& x, std::int64_t tasks) {
  const auto& dot = machine.kernel.dot;
  const Cut panels = {true, x.m, 0};
  const Cut strips = {false, divide_up(x.n, dot.columns), dot.columns};
  return evener(panels, strips, tasks, 3) ? panels : strips;
}

// Calls kernel(part, task, first column) for at most so many parts of nearly the same size.
template <class Kernel>
void over_tasks(const Machine& machine, const MatmulBlock& block, const Cut& cut, std::int64_t most,
                const Kernel& kernel) {
  const std::int64_t pieces = cut.pieces, tasks = std::min(most, pieces);
  parallel_for(tasks, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t task = first; task < last; ++task) {
      const std::int64_t begin = task * pieces / tasks, end = (task + 1) * pieces / tasks;
      if (cut.by_rows)
        kernel(rows_of(machine, block, begin * block.m / pieces, end * block.m / pieces), task, 0);
      else
        kernel(columns_of(machine, block, begin * cut.columns,
                          end == pieces ? block.n : end * cut.columns),
               task, begin * cut.columns);
    }
  });
}

// Calls kernel(part).
template <class Kernel>
void over_tasks(const Machine& machine, const MatmulBlock& block, const Kernel& kernel) {
  const std::int64_t tasks = tasks_of(block);
  over_tasks(machine, block, cut_of(machine, block, tasks), tasks,
             [&kernel](const MatmulBlock& part, auto...) { kernel(part); });
}

void multiply(const Machine& machine, const MatmulBlock& block) {
  over_tasks(machine, block, machine.kernel.multiply);
}

void multiply_along_k(const Machine& machine, const MatmulBlock& block) {
  const std::int64_t tasks = tasks_of(block);
  over_tasks(
      machine, block, cut_along_k(machine, block, tasks), tasks,
      [&machine](const MatmulBlock& part, auto...) { machine.kernel.multiply_along_k(part); });
}

// Pixels on a black ground, a bag of words: of a large product whose left matrix is zero for more
// than two thirds only the rest is computed. For x W and for the gradient xᵀ dy alike, x being rows
// or columns without gaps; W has its rows by input, as Linear keeps them.
bool can_skip_zeros(const Machine& machine, const MatmulBlock& x) {
  return x.m * x.n * x.k >= look_work && x.b_column == 1 && x.n >= machine.kernel.columns &&
         (x.a_row == 1 || x.a_column == 1) && machine.kernel.mostly_zero(x);
}

// False where part of the right matrix is not finite: then all of c is to be computed again.
bool multiply_nonzeros(const Machine& machine, const MatmulBlock& block) {
  std::atomic<bool> done{true};
  over_tasks(machine, block, [&](const MatmulBlock& part) {
    if (!machine.kernel.multiply_nonzeros(part)) done = false;
  });
  return done;
}

// Each task packs for itself what it reads: a copy that another core has made is slow to arrive,
// and must be waited for. Tasks are panels of rows where a is packed, too, where strips would be
// uneven, and where b is small beside c. Then each task packs all of b, unless that is too much.
void multiply_packed(const Machine& machine, const MatmulBlock& x) {
  const std::int64_t copy = divide_up(x.n, machine.kernel.columns) * machine.kernel.columns * x.k;
  const std::int64_t most = tasks_of(x), each = std::min<std::int64_t>(most, threads());
  const Cut panels = into_panels(machine, x, each), strips = into_strips(machine, x);
  const bool by_rows = x.pack_a || 8 * x.k <= x.m || evener(panels, strips, each, 10);
  const std::int64_t tasks = by_rows ? each : most, copies = by_rows ? tasks : 1;
  const bool shared = by_rows && copies * copy > large;
  const auto room = packing_room(machine, shared ? x.k : x.k * copies, x.n);
  if (shared) return multiply(machine, detail::pack(machine, x, room->data()));
  over_tasks(machine, x, by_rows ? panels : strips, tasks,
             [&](const MatmulBlock& part, std::int64_t task, std::int64_t column) {
               void* const its = machine.at(room->data(), by_rows ? task * copy : column * x.k);
               pack_strips(machine, part, its, 0, divide_up(part.n, machine.kernel.columns));
               machine.kernel.multiply(with_packed(part, its));
             });
}

// For matrices that no cache holds, b is packed piece by piece and a panel by panel:
//
//             n →
//         ┌────────┬────────┐     A piece has up to 2048 columns and up to `depth` rows, as many as
//     k   │ packed │  next  │     a packed panel has steps. All panels of a pass over its copy in
//     ↓   ├────────┼────────┤     L3, each packed by the kernel just before. Between two levels
//         │  then  │        │     of k the sums wait in c, where they lose no bit: the chains go on
//         └────────┴────────┘     from there.
void multiply_large(const Machine& machine, const MatmulBlock& x) {
  const std::int64_t depth = machine.kernel.packed_depth;
  const bool pack_b = detail::repays_packing_b(machine, x);
  const std::int64_t columns = pack_b ? std::min(packed_columns, x.n) : x.n;
  for (std::int64_t column = 0; column < x.n; column += columns)
    for (std::int64_t level = 0; level < x.k; level += depth) {
      MatmulBlock part = x;
      part.k = std::min(depth, x.k - level);
      part.a = machine.at(x.a, level * x.a_column);
      part.b = machine.at(x.b, level * x.b_row + column * x.b_column);
      part.c = machine.at(x.c, column);
      part.n = std::min(columns, x.n - column);
      part.pack_a = true;
      part.onto_c = level > 0;
      part.bias = level + depth < x.k ? nullptr : machine.at(x.bias, column);
      if (pack_b)
        multiply_packed(machine, part);
      else
        multiply(machine, part);
    }
}

void compute(const Machine& machine, const MatmulBlock& block) {
  if (can_skip_zeros(machine, block) && multiply_nonzeros(machine, block)) return;
  if (detail::repays_packing(machine, block)) return multiply_large(machine, block);
  const MatmulPlan plan = cheapest_plan(machine, block);
  if (plan.along_k) return multiply_along_k(machine, plan.block);
  if (can_read_in_place(machine, plan.block)) return multiply(machine, plan.block);
  multiply_packed(machine, plan.block);
}

// The product of a small batch with large weights, x W. What a core has written is slow to reach
// another, and an optimizer writes all of W in every step; so each of two threads keeps a half of W
// to itself. The product is the sum of two, one for each half, whoever computes them:
//
//             n →                      the gradient xᵀ dy and the optimizer cut W at the same row,
//          ┌────────┐ first thread     and so does the other product of a step, dy Wᵀ, for which
//     k ↓  ├────────┤                  these are halves of its columns
//          └────────┘ second thread
bool has_owners(const MatmulBlock& x) {
  return x.b_column == 1 && x.n * x.k >= owned && x.m >= 8 && 4 * x.m <= x.k;
}

void multiply_by_owners(const Machine& machine, DType dtype, const MatmulBlock& x) {
  const auto room = allocate(static_cast<std::size_t>(x.m * x.n * machine.bytes));
  MatmulBlock upper = x, lower = x;
  upper.k = x.k / 2, lower.k = x.k - upper.k;
  lower.a = machine.at(x.a, upper.k * x.a_column);
  lower.b = machine.at(x.b, upper.k * x.b_row);
  lower.bias = nullptr;
  lower.c = room->data(), lower.c_row = x.n;
  if (threads() == 2) {
    parallel_for(2, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t half = begin; half < end; ++half)
        compute(machine, half == 0 ? upper : lower);
    });
  } else {
    compute(machine, upper);
    compute(machine, lower);
  }
  const auto add =
      kernels_in_use()
          .elementwise.loops[static_cast<int>(dtype)][kernels::AllFormulas::place<kernels::Add>];
  parallel_for(
      x.m, even_grain(x.m, divide_up(16'384, x.n)), [&](std::int64_t begin, std::int64_t end) {
        void* const y = machine.at(x.c, begin * x.c_row);
        const void* const from[] = {y, machine.at(room->data(), begin * x.n)};
        add(y, from,
            {.columns = x.n, .count = end - begin, .y_step = x.c_row, .x_step = {x.c_row, x.n}});
      });
}

}  // namespace

void matmul_blocks(DType dtype, std::int64_t m, std::int64_t n, std::int64_t k, MatrixView a,
                   MatrixView b, const void* bias, void* c, std::int64_t c_row_stride) {
  if (m == 0 || n == 0) return;
  const Machine machine = {kernels_in_use().matmul.types[static_cast<int>(dtype)],
                           static_cast<std::int64_t>(size_of(dtype))};
  MatmulBlock block = {};
  block.m = m, block.n = n, block.k = k;
  block.a = a.data, block.a_row = a.row_stride, block.a_column = a.column_stride;
  block.b = b.data, block.b_row = b.row_stride, block.b_column = b.column_stride;
  block.c = c, block.c_row = c_row_stride, block.c_column = 1;
  block.bias = bias;
  if (has_owners(block)) return multiply_by_owners(machine, dtype, block);
  compute(machine, block);
}

}  // namespace ebb
