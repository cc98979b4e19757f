#include <algorithm>
#include <tensor/common/reduction.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/views.hpp>

namespace ebb::detail {
namespace {

constexpr std::int64_t row_block = 8192;     // elements of a row that one kernel call reduces
constexpr std::int64_t long_row = 64;        // elements that are worth a call of their own
constexpr std::int64_t column_block = 128;   // rows that one pass adds up before it starts anew
constexpr std::int64_t column_width = 1024;  // columns of a piece

std::int64_t blocks_of(std::int64_t n, std::int64_t block) {
  return std::max<std::int64_t>(1, divide_up(n, block));
}

// Some of x's axes in the given order, joined where they lie in one line.
Walk<1> walk_along(const Tensor& x, const Shape& axes) {
  return collapse<1>(pick(x.shape(), axes), {pick(x.strides(), axes)});
}

// Where element i of a walk lies.
std::int64_t offset_of(const Walk<1>& walk, std::int64_t i) {
  if (walk.shape.rank() < 2) return i * walk.column_stride(0);
  return walk.row_offsets(i / walk.columns())[0] + i % walk.columns() * walk.column_stride(0);
}

// y[row] = the reduction of n gapless elements of x, which begin where the walk says. Long rows are
// cut into blocks of fixed length whose results are reduced in turn, so the order of additions
// depends on the length alone.
void reduce_rows(const Reducer& reducer, std::int64_t bytes, char* y, const char* x,
                 const Walk<1>& begins, std::int64_t n) {
  const std::int64_t rows = begins.shape.count(), blocks = blocks_of(n, row_block);
  const bool gapless = rows == 1 || (begins.shape.rank() == 1 && begins.column_stride(0) == n);
  const auto partial =
      blocks == 1 ? nullptr : allocate(static_cast<std::size_t>(rows * blocks * bytes));
  char* to = partial ? static_cast<char*>(partial->data()) : y;
  parallel_for(rows * blocks, rows_per_piece(rows * blocks, std::min(n, row_block)),
               [&](std::int64_t begin, std::int64_t end) {
                 if (blocks == 1 && gapless)
                   return reducer.rows(to + begin * bytes, x + begin * n * bytes, end - begin, n);
                 for (std::int64_t i = begin; i < end; ++i) {
                   const std::int64_t first = i % blocks * row_block;
                   reducer.rows(to + i * bytes, x + (offset_of(begins, i / blocks) + first) * bytes,
                                1, std::min(row_block, n - first));
                 }
               });
  if (partial) reduce_rows(reducer, bytes, y, to, Walk<1>{{rows}, {Shape{blocks}}}, blocks);
}

// Columns without gaps, over rows that lie `step` elements apart.
struct Columns {
  std::int64_t count, rows, step;
};

// y[outer, column] = the reduction over rows of x[outer, row, column], block by block of rows.
void reduce_columns(const Reducer& reducer, std::int64_t bytes, char* y, const char* x,
                    const Walk<1>& begins, const Columns& columns) {
  const std::int64_t outer = begins.shape.count(), blocks = blocks_of(columns.rows, column_block);
  const std::int64_t stretches = blocks_of(columns.count, column_width);
  const auto partial =
      blocks == 1 ? nullptr
                  : allocate(static_cast<std::size_t>(outer * blocks * columns.count * bytes));
  char* to = partial ? static_cast<char*>(partial->data()) : y;
  const std::int64_t work =
      std::min(columns.rows, column_block) * std::min(columns.count, column_width);
  parallel_for(outer * blocks * stretches, rows_per_piece(outer * blocks * stretches, work),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                   const std::int64_t column = i % stretches * column_width, part = i / stretches;
                   const std::int64_t first = part % blocks * column_block;
                   const std::int64_t last = std::min(first + column_block, columns.rows);
                   const std::int64_t from =
                       offset_of(begins, part / blocks) + first * columns.step + column;
                   reducer.columns(to + (part * columns.count + column) * bytes, x + from * bytes,
                                   last - first, std::min(column_width, columns.count - column),
                                   columns.step);
                 }
               });
  if (partial)
    reduce_columns(reducer, bytes, y, to, Walk<1>{{outer}, {Shape{blocks * columns.count}}},
                   {columns.count, blocks, columns.count});
}

bool names(const Axes& axes, std::int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

bool repeats_along(const Tensor& x, int axis) {
  return x.strides()[axis] == 0 && x.shape()[axis] > 1;
}
bool repeats(const Tensor& x) {
  for (int axis = 0; axis < x.rank(); ++axis)
    if (repeats_along(x, axis)) return x.count() > 0;
  return false;
}

// Where x lies in order and the axes that go follow each other: false where they do not.
bool reduce_contiguous(const Reducer& reducer, const Reduction& over, const Tensor& x,
                       const Tensor& y) {
  const auto bytes = static_cast<std::int64_t>(size_of(x.dtype()));
  const int gone = over.axes.rank();
  std::int64_t outer = 1, columns = 1;
  for (int axis = 0; gone > 0 && axis < x.rank(); ++axis) {
    if (axis < over.axes[0]) outer *= x.shape()[axis];
    if (axis > over.axes[gone - 1]) columns *= x.shape()[axis];
  }
  if (x.count() == 0 || outer * over.count * columns != x.count()) return false;
  char* const to = static_cast<char*>(y.raw());
  const char* const from = static_cast<const char*>(x.raw());
  const Walk<1> groups = {{outer}, {Shape{over.count * columns}}};
  if (columns > 1)
    reduce_columns(reducer, bytes, to, from, groups, {columns, over.count, columns});
  else
    reduce_rows(reducer, bytes, to, from, groups, over.count);
  return true;
}

// The reduction of x, whose axes are in the order in which the elements lie.
Tensor reduce_in_order(const Reducer& reducer, const Reduction& over, const Tensor& x) {
  const auto bytes = static_cast<std::int64_t>(size_of(x.dtype()));
  const Tensor y = empty(over.kept, x.dtype());
  if (y.count() == 0 || (x.is_contiguous() && reduce_contiguous(reducer, over, x, y))) return y;
  Shape kept_axes, gone_axes;
  for (int axis = 0; axis < x.rank(); ++axis)
    (names(over.axes, axis) ? gone_axes : kept_axes).push_back(axis);
  Walk<1> kept = walk_along(x, kept_axes);
  const Walk<1> gone = walk_along(x, gone_axes);
  char* const to = static_cast<char*>(y.raw());
  const char* const from = static_cast<const char*>(x.raw());
  const bool in_one_line = x.count() > 0 && gone.shape.rank() < 2;
  const bool gapless = kept.shape.rank() == 1 && kept.column_stride(0) == gone.columns();
  if (in_one_line && kept.shape.rank() > 0 && kept.column_stride(0) == 1) {
    const Columns columns = {kept.columns(), gone.columns(), gone.column_stride(0)};
    kept.shape.erase(kept.shape.rank() - 1);
    kept.strides[0].erase(kept.strides[0].rank() - 1);
    reduce_columns(reducer, bytes, to, from, kept, columns);
  } else if (in_one_line && gone.column_stride(0) == 1 && (gapless || gone.columns() >= long_row)) {
    reduce_rows(reducer, bytes, to, from, kept, gone.columns());
  } else {
    const Tensor rows = groups_as_rows(x, over.axes);
    reduce_rows(reducer, bytes, to, static_cast<const char*>(rows.raw()),
                Walk<1>{{y.count()}, {Shape{over.count}}}, over.count);
  }
  return y;
}

}  // namespace

Reducer reducer_of(const char* operation, const kernels::ReduceKernels::Loops& loops, DType dtype) {
  if (!is_floating(dtype))
    throw DTypeError(text(operation, ": ", dtype,
                          " holds whole numbers, and this gives others; try cast to float32"));
  const int type = static_cast<int>(dtype);
  return {loops.rows[type], loops.columns[type]};
}
Reducer sum_of(const char* operation, DType dtype) {
  return reducer_of(operation, kernels_in_use().reduce.sum, dtype);
}
Reducer maximum_of(const char* operation, DType dtype) {
  return reducer_of(operation, kernels_in_use().reduce.maximum, dtype);
}

Once::Once(const Tensor& whole, const Reduction& all)
    : x(repeats(whole) ? cut_ : whole), over(repeats(whole) ? cut_over_ : all) {
  if (&x == &whole) return;
  cut_over_ = all;
  Shape shape = whole.shape();
  for (int axis = 0; axis < whole.rank(); ++axis) {
    if (!repeats_along(whole, axis)) continue;
    if (names(all.axes, axis)) {
      times *= shape[axis];
      cut_over_.count /= shape[axis];
    }
    shape[axis] = cut_over_.kept[axis] = 1;
  }
  cut_ = {whole.storage(), whole.dtype(), shape, whole.strides(), whole.offset()};
}

Tensor repeat(const Tensor& y, const Shape& shape) {
  return y.shape() == shape ? y : contiguous(expand(y, shape));
}

Tensor reduce(const Reducer& reducer, const Reduction& over, const Tensor& x) {
  if (x.is_contiguous()) return reduce_in_order(reducer, over, x);
  const Shape order = memory_order(x.strides());
  Reduction in_order = {{}, pick(over.kept, order), over.count};
  Shape back = order;
  for (int i = 0; i < order.rank(); ++i) {
    back[static_cast<int>(order[i])] = i;
    if (names(over.axes, order[i])) in_order.axes.push_back(i);
  }
  return contiguous(permute(reduce_in_order(reducer, in_order, permute(x, order)), back));
}

Tensor groups_as_rows(const Tensor& x, const Axes& axes) {
  Shape order;
  for (const bool goes : {false, true})
    for (int axis = 0; axis < x.rank(); ++axis)
      if (names(axes, axis) == goes) order.push_back(axis);
  return contiguous(permute(x, order));
}

char* address_of(const Tensor& x, std::int64_t i) {
  return static_cast<char*>(x.raw()) + i * static_cast<std::int64_t>(size_of(x.dtype()));
}

Tensor as_asked(const Tensor& y, const Reduction& over, bool keepdim) {
  if (keepdim) return y;
  Shape rest;
  for (int axis = 0; axis < y.rank(); ++axis)
    if (!names(over.axes, axis)) rest.push_back(y.shape()[axis]);
  return reshape(y, rest);
}

std::int64_t rows_per_piece(std::int64_t rows, std::int64_t n, std::int64_t least) {
  return even_grain(rows, std::max<std::int64_t>(1, least / std::max<std::int64_t>(1, n)));
}

}  // namespace ebb::detail
