#include <algorithm>
#include <cmath>
#include <tensor/elementwise.hpp>
#include <tensor/isa.hpp>
#include <tensor/parallel.hpp>
#include <tensor/reduce.hpp>
#include <tensor/views.hpp>
#include <tensor/walk.hpp>
#include <utility>
#include <vector>

namespace ebb {
namespace {

constexpr std::int64_t row_block = 8192;     // elements of a row that one kernel call reduces
constexpr std::int64_t column_block = 128;   // rows that one pass adds up before it starts anew
constexpr std::int64_t column_width = 1024;  // columns of a piece
constexpr std::int64_t grain = 32768;        // elements that are worth a thread
constexpr std::int64_t power_grain = 4096;   // where each is a power

// One kind of reduction, over rows and over columns, for one dtype.
struct Kind {
  kernels::ReduceRows rows;
  kernels::ReduceColumns columns;
};

Kind kind(const char* operation, const kernels::ReduceKernels::Kind& kernel, DType dtype) {
  if (!is_floating(dtype))
    throw DTypeError(text(operation, ": ", dtype, " has no arithmetic; try cast"));
  const int type = static_cast<int>(dtype);
  return {kernel.rows[type], kernel.columns[type]};
}

std::int64_t blocks_of(std::int64_t n, std::int64_t block) {
  return std::max<std::int64_t>(1, (n + block - 1) / block);
}

// Rows, or blocks of rows, of n elements each.
std::int64_t rows_per_piece(std::int64_t rows, std::int64_t n, std::int64_t least = grain) {
  return even_grain(rows, std::max<std::int64_t>(1, least / std::max<std::int64_t>(1, n)));
}

// y[row] = the reduction of x's row: n gapless elements each. Long rows are cut into blocks of
// fixed length whose results are reduced in turn, so the order of additions depends on the length
// alone.
void reduce_rows(const Kind& kind, std::int64_t bytes, char* y, const char* x, std::int64_t rows,
                 std::int64_t n) {
  const std::int64_t blocks = blocks_of(n, row_block);
  const auto partial =
      blocks == 1 ? nullptr : allocate(static_cast<std::size_t>(rows * blocks * bytes));
  char* to = partial ? static_cast<char*>(partial->data()) : y;
  parallel_for(rows * blocks, rows_per_piece(rows * blocks, std::min(n, row_block)),
               [&](std::int64_t begin, std::int64_t end) {
                 if (blocks == 1)
                   return kind.rows(to + begin * bytes, x + begin * n * bytes, end - begin, n);
                 for (std::int64_t i = begin; i < end; ++i) {
                   const std::int64_t row = i / blocks, first = i % blocks * row_block;
                   kind.rows(to + i * bytes, x + (row * n + first) * bytes, 1,
                             std::min(row_block, n - first));
                 }
               });
  if (partial) reduce_rows(kind, bytes, y, to, rows, blocks);
}

// y[outer, column] = the reduction over rows of x[outer, row, column], columns gapless, block by
// block of rows.
void reduce_columns(const Kind& kind, std::int64_t bytes, char* y, const char* x,
                    std::int64_t outer, std::int64_t rows, std::int64_t columns) {
  const std::int64_t blocks = blocks_of(rows, column_block);
  const std::int64_t stretches = blocks_of(columns, column_width);
  const auto partial =
      blocks == 1 ? nullptr : allocate(static_cast<std::size_t>(outer * blocks * columns * bytes));
  char* to = partial ? static_cast<char*>(partial->data()) : y;
  const std::int64_t work = std::min(rows, column_block) * std::min(columns, column_width);
  parallel_for(outer * blocks * stretches, rows_per_piece(outer * blocks * stretches, work),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                   const std::int64_t column = i % stretches * column_width, part = i / stretches;
                   const std::int64_t first = part % blocks * column_block;
                   const std::int64_t last = std::min(first + column_block, rows);
                   const std::int64_t n = std::min(column_width, columns - column);
                   char* sum = to + (part * columns + column) * bytes;
                   const char* from =
                       x + ((part / blocks * rows + first) * columns + column) * bytes;
                   kind.columns(sum, from, last - first, n, columns);
                 }
               });
  if (partial) reduce_columns(kind, bytes, y, to, outer, blocks, columns);
}

// The kept axes first, then those that go, and both in order.
Shape kept_first(const Shape& shape, const Axes& axes) {
  Shape order;
  for (int pass = 0; pass < 2; ++pass)
    for (int axis = 0; axis < shape.rank(); ++axis)
      if ((std::find(axes.begin(), axes.end(), axis) != axes.end()) == (pass == 1))
        order.push_back(axis);
  return order;
}

// The shape of a result without keepdim.
Shape without(const Axes& gone, const Shape& shape) {
  Shape rest;
  for (int axis = 0; axis < shape.rank(); ++axis)
    if (std::find(gone.begin(), gone.end(), axis) == gone.end()) rest.push_back(shape[axis]);
  return rest;
}

Tensor reduce(const Kind& kind, const Reduction& what, const Tensor& x, bool keepdim) {
  const auto bytes = static_cast<std::int64_t>(size_of(x.dtype()));
  const Tensor y = empty(what.kept, x.dtype());
  char* to = static_cast<char*>(y.raw());
  const int gone = what.axes.rank();
  // Axes that follow each other go and x lies in order: whole rows of what stands behind them are
  // joined. Otherwise the axes that go are brought to the end, by a copy where they do not lie
  // there.
  std::int64_t outer = 1, columns = 1;
  for (int axis = 0; gone > 0 && axis < x.rank(); ++axis) {
    if (axis < what.axes[0]) outer *= x.shape()[axis];
    if (axis > what.axes[gone - 1]) columns *= x.shape()[axis];
  }
  if (outer * what.count * columns == x.count() && columns > 1 && x.is_contiguous() &&
      x.count() > 0) {
    reduce_columns(kind, bytes, to, static_cast<const char*>(x.raw()), outer, what.count, columns);
  } else {
    const Tensor rows = contiguous(permute(x, kept_first(x.shape(), what.axes)));
    reduce_rows(kind, bytes, to, static_cast<const char*>(rows.raw()), y.count(), what.count);
  }
  return keepdim ? y : reshape(y, without(what.axes, x.shape()));
}

Kind add_of(const char* operation, DType dtype) {
  return kind(operation, kernels_in_use().reduce.sum, dtype);
}
Kind maximum_of(const char* operation, DType dtype) {
  return kind(operation, kernels_in_use().reduce.maximum, dtype);
}

Reduction of_something(const char* operation, const Shape& shape, const Axes& axes) {
  const Reduction what = reduction(operation, shape, axes);
  if (what.count == 0)
    throw ShapeError(
        text(operation, ": ", shape, " has no elements to choose from; it needs at least one"));
  return what;
}

// Where element i of a gapless tensor lies.
char* place(const Tensor& x, std::int64_t i) {
  return static_cast<char*>(x.raw()) + i * static_cast<std::int64_t>(size_of(x.dtype()));
}

// Fits the kernels that keep a whole row near, with as few roundings as the sum has.
bool is_short(std::int64_t n) { return n <= 2048; }

Tensor log_of_sum(const char* operation, const Tensor& x, const Axes& axes, bool keepdim) {
  const Kind add = add_of(operation, x.dtype()), maximum = maximum_of(operation, x.dtype());
  const Reduction what = reduction(operation, x.shape(), axes);
  Tensor shift, sums;
  if (is_short(what.count)) {
    const Tensor rows = contiguous(permute(x, kept_first(x.shape(), what.axes)));
    shift = empty(what.kept, x.dtype()), sums = empty(what.kept, x.dtype());
    const auto power_sums = kernels_in_use().softmax.power_sums[static_cast<int>(x.dtype())];
    parallel_for(sums.count(), rows_per_piece(sums.count(), what.count, power_grain),
                 [&](std::int64_t begin, std::int64_t end) {
                   power_sums(place(sums, begin), place(shift, begin),
                              place(rows, begin * what.count), end - begin, what.count);
                 });
  } else {
    // Of nothing the kernel's maximum is -infinity. An infinite one must not meet itself: infinity
    // minus infinity is NaN.
    const Tensor largest = reduce(maximum, what, x, true);
    shift = where(abs(largest) == INFINITY, 0, largest);
    sums = reduce(add, what, exp(x - shift), true);
  }
  const Tensor y = log(sums) + shift;
  return keepdim ? y : reshape(y, without(what.axes, x.shape()));
}

}  // namespace

Reduction reduction(const char* operation, const Shape& shape, const Axes& axes) {
  Reduction what;
  bool goes[max_axes] = {};
  for (std::int64_t named : axes) {
    const int axis = resolve_axis(operation, named, shape.rank());
    if (std::exchange(goes[axis], true))
      throw ShapeError(
          text(operation, ": axes ", axes, " name axis ", axis, " twice; name it once"));
  }
  what.kept = shape;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (axes.rank() > 0 && !goes[axis]) continue;
    what.axes.push_back(axis);
    what.count *= shape[axis];
    what.kept[axis] = 1;
  }
  return what;
}

Tensor sum(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("sum", x);
  return reduce(add_of("sum", x.dtype()), reduction("sum", x.shape(), axes), x, keepdim);
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("mean", x);
  const Kind add = add_of("mean", x.dtype());
  const Reduction what = reduction("mean", x.shape(), axes);
  return reduce(add, what, x, keepdim) / static_cast<double>(what.count);
}

Tensor amax(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("amax", x);
  return reduce(maximum_of("amax", x.dtype()), of_something("amax", x.shape(), axes), x, keepdim);
}

Tensor amin(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("amin", x);
  const Kind min = kind("amin", kernels_in_use().reduce.minimum, x.dtype());
  return reduce(min, of_something("amin", x.shape(), axes), x, keepdim);
}

Tensor argmax(const Tensor& x, int axis, bool keepdim) {
  detail::require_value("argmax", x);
  const Reduction what = of_something("argmax", x.shape(), {axis});
  const Tensor rows = contiguous(permute(x, kept_first(x.shape(), what.axes)));
  const Tensor y = empty(what.kept, DType::int32);
  const auto argmax_rows = kernels_in_use().reduce.argmax[static_cast<int>(x.dtype())];
  parallel_for(y.count(), rows_per_piece(y.count(), what.count),
               [&](std::int64_t begin, std::int64_t end) {
                 argmax_rows(static_cast<std::int32_t*>(y.raw()) + begin,
                             place(rows, begin * what.count), end - begin, what.count);
               });
  return keepdim ? y : squeeze(y, axis);
}

Tensor var(const Tensor& x, const Axes& axes, int correction, bool keepdim) {
  detail::require_value("var", x);
  const Kind add = add_of("var", x.dtype());
  const Reduction what = reduction("var", x.shape(), axes);
  const Tensor middle = reduce(add, what, x, true) / static_cast<double>(what.count);
  const double rest = std::max(static_cast<double>(what.count - correction), 0.0);
  return reduce(add, what, squared_error(x, middle), keepdim) / rest;
}

Tensor logsumexp(const Tensor& x, const Axes& axes, bool keepdim) {
  detail::require_value("logsumexp", x);
  return log_of_sum("logsumexp", x, axes, keepdim);
}

Tensor softmax(const Tensor& x, int axis) {
  detail::require_value("softmax", x);
  const Kind add = add_of("softmax", x.dtype()), maximum = maximum_of("softmax", x.dtype());
  const Reduction what = reduction("softmax", x.shape(), {axis});
  if (is_short(what.count) && what.axes[0] == x.rank() - 1) {
    const Tensor rows = contiguous(x), y = empty(x.shape(), x.dtype());
    const auto softmax_rows = kernels_in_use().softmax.rows[static_cast<int>(x.dtype())];
    parallel_for(what.kept.count(), rows_per_piece(what.kept.count(), what.count, power_grain),
                 [&](std::int64_t begin, std::int64_t end) {
                   softmax_rows(place(y, begin * what.count), place(rows, begin * what.count),
                                end - begin, what.count);
                 });
    return y;
  }
  const Tensor powers = exp(x - reduce(maximum, what, x, true));
  return powers / reduce(add, what, powers, true);
}

Tensor log_softmax(const Tensor& x, int axis) {
  detail::require_value("log_softmax", x);
  return x - log_of_sum("log_softmax", x, {axis}, true);
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  detail::require_value("sum_to", x);
  if (x.shape() == shape) return x;
  const int extra = x.rank() - shape.rank();
  Axes axes;
  bool fits = extra >= 0;
  for (int i = 0; fits && i < x.rank(); ++i) {
    const bool repeated = i < extra || (shape[i - extra] == 1 && x.shape()[i] != 1);
    if (repeated) axes.push_back(i);
    fits = repeated || shape[i - extra] == x.shape()[i];
  }
  if (!fits)
    throw ShapeError(text("sum_to: ", x.shape(), " is no repetition of ", shape,
                          ": aligned at the last axis, lengths must be equal or 1; try keepdim or "
                          "reshape"));
  const Reduction what = reduction("sum_to", x.shape(), axes);
  return reshape(reduce(add_of("sum_to", x.dtype()), what, x, true), shape);
}

}  // namespace ebb
