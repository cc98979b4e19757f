#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tensor/common/integers.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/tensor.hpp>
#include <utility>

namespace ebb {
namespace {

constexpr std::int64_t grain = 16384;  // elements that are worth a thread

Tensor empty_in_order(const Shape& shape, const Shape& strides, DType dtype) {
  const auto count = static_cast<std::size_t>(checked_count(shape));
  return {allocate(count * size_of(dtype)), dtype, shape, strides, 0};
}

// Through both in the order in which y lies; x is operand 0, y operand 1.
detail::Walk<2> walk_of(const Tensor& x, const Tensor& y) {
  const Shape order = detail::memory_order(y.strides());
  return detail::collapse<2>(detail::pick(x.shape(), order),
                             {detail::pick(x.strides(), order), detail::pick(y.strides(), order)});
}

// y's elements from x's, row by row, long rows in stretches; both have x's shape, y may be in
// another memory order.
template <class From, class To, class Convert>
void convert_rows(const Tensor& x, const Tensor& y, const Convert& convert) {
  const auto walk = walk_of(x, y);
  const From* from = x.data<From>();
  To* to = static_cast<To*>(y.raw());
  const std::int64_t columns = walk.columns(), from_step = walk.column_stride(0),
                     to_step = walk.column_stride(1);
  const detail::RowPieces pieces = detail::share_rows(walk.rows(), columns, grain);
  const std::int64_t stretches = pieces.stretches;
  parallel_for(walk.rows() * stretches, pieces.rows, [&](std::int64_t begin, std::int64_t end) {
    std::array<std::int64_t, 2> offsets = {};
    std::int64_t left = 0;  // rows that follow along one axis
    for (std::int64_t at = begin; at < end; ++at) {
      if (left > 0 && stretches == 1) {
        for (int i = 0; i < 2; ++i) offsets[i] += walk.row_step(i);
      } else {
        offsets = walk.row_offsets(at / stretches);
        left = walk.rows_along() - at / stretches % walk.rows_along();
      }
      --left;
      const std::int64_t first = at % stretches * pieces.stretch;
      const std::int64_t n = std::min(pieces.stretch, columns - first);
      const From* x_row = from + offsets[0] + first * from_step;
      To* y_row = to + offsets[1] + first * to_step;
      if (from_step == -1 && to_step == 1)  // turned around, which a compiler knows how to do
        for (std::int64_t i = 0; i < n; ++i) y_row[i] = convert(x_row[-i]);
      else if (from_step != 1 || to_step != 1)
        for (std::int64_t i = 0; i < n; ++i) y_row[i * to_step] = convert(x_row[i * from_step]);
      else if constexpr (std::is_same_v<From, To>)
        kernels_in_use().copy.copy(y_row, x_row, n * static_cast<std::int64_t>(sizeof(To) / 4));
      else
        for (std::int64_t i = 0; i < n; ++i) y_row[i] = convert(x_row[i]);
    }
  });
}

// Where x lies along another axis than y does, both are gone through in strips of that axis: the
// matrix of the two is transposed.
void copy_transposed(detail::Walk<2> walk, int axis, const Tensor& x, const Tensor& y) {
  constexpr std::int64_t strip_rows = 16, strip_columns = 1024;
  const int above = walk.shape.rank() - 2;
  std::swap(walk.shape[axis], walk.shape[above]);
  for (Shape& strides : walk.strides) std::swap(strides[axis], strides[above]);
  const std::int64_t rows = walk.rows_along(), columns = walk.columns();
  const std::int64_t down = divide_up(rows, strip_rows);
  const std::int64_t across = divide_up(columns, strip_columns);
  const std::int64_t strip = std::min(rows, strip_rows) * std::min(columns, strip_columns);
  const auto bytes = static_cast<std::int64_t>(size_of(x.dtype()));
  const auto transpose = kernels_in_use().copy.transpose[bytes == 8];
  const std::int64_t strips = walk.rows() / rows * down * across;
  parallel_for(
      strips, even_grain(strips, std::max<std::int64_t>(1, grain / strip)),
      [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          const std::int64_t row = i % down * strip_rows;
          const std::int64_t column = i / down % across * strip_columns;
          const auto offsets = walk.row_offsets(i / across / down * rows + row);
          const std::int64_t step = walk.column_stride(0);
          transpose(static_cast<char*>(y.raw()) + (offsets[1] + column) * bytes, walk.row_step(1),
                    static_cast<const char*>(x.raw()) + (offsets[0] + column * step) * bytes, step,
                    std::min(strip_rows, rows - row), std::min(strip_columns, columns - column));
        }
      });
}

template <class To, class From>
To convert(From value) {
  if constexpr (std::is_same_v<To, std::int32_t> && std::is_floating_point_v<From>) {
    constexpr double low = std::numeric_limits<To>::min(), high = std::numeric_limits<To>::max();
    if (std::isnan(value)) return 0;
    return static_cast<To>(std::clamp(static_cast<double>(value), low, high));
  } else {
    return static_cast<To>(value);
  }
}

}  // namespace

void detail::copy_into(const Tensor& x, const Tensor& y) {
  const auto walk = walk_of(x, y);
  const bool turnable = x.count() > 0 && walk.column_stride(0) != 1 && walk.column_stride(1) == 1;
  for (int axis = 0; turnable && axis < walk.shape.rank() - 1; ++axis)
    if (walk.strides[0][axis] == 1) return copy_transposed(walk, axis, x, y);
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    convert_rows<T, T>(x, y, [](T value) { return value; });
  });
}

bool Tensor::is_contiguous() const {
  std::int64_t stride = 1;
  for (int i = rank() - 1; i >= 0; --i) {
    if (shape_[i] != 1 && strides_[i] != stride) return count() == 0;
    stride *= shape_[i];
  }
  return true;
}

void Tensor::require_dtype(DType wanted) const {
  if (dtype_ != wanted)
    throw DTypeError(text("data: the tensor holds ", dtype_, ", not ", wanted, "; try cast"));
}

void detail::refuse_without_value(const char* operation) {
  throw Error(text(operation,
                   ": an operand has no value, it was only declared or moved from; try zeros({}), "
                   "or assign the first term"));
}

Tensor Tensor::operator[](std::int64_t i) const {
  if (rank() == 0)
    throw ShapeError(text("index: ", i, " of a scalar, which has no axes; try item"));
  const std::int64_t length = shape_[0];
  if (i < -length || i >= length)
    throw ShapeError(text("index: ", i, " in an axis of ", length, ", shape ", shape_,
                          "; count from 0, or from the end with -1"));
  Tensor y = *this;
  y.shape_.erase(0);
  y.strides_.erase(0);
  y.offset_ += (i < 0 ? i + length : i) * strides_[0];
  return y;
}

double Tensor::item() const {
  if (count() != 1)
    throw ShapeError(
        text("item: ", shape_, " has ", count(), " elements, not one; try sum, or x[i]"));
  detail::require_value("item", *this);
  return with_dtype(dtype_,
                    [&](auto zero) { return static_cast<double>(*data<decltype(zero)>()); });
}

template <class T>
std::vector<T> Tensor::to_vector() const {
  if (count() > 0) detail::require_value("to_vector", *this);
  const Tensor rows = contiguous(*this);
  const T* first = rows.data<T>();
  return std::vector<T>(first, first + rows.count());
}
template std::vector<float> Tensor::to_vector() const;
template std::vector<double> Tensor::to_vector() const;
template std::vector<std::int32_t> Tensor::to_vector() const;

Tensor empty(const Shape& shape, DType dtype) {
  return empty_in_order(shape, row_major_strides(shape), dtype);
}

Tensor full(const Shape& shape, double value, DType dtype) {
  Tensor y = empty(shape, dtype);
  with_dtype(dtype, [&](auto zero) {
    using T = decltype(zero);
    T element;
    if constexpr (std::is_same_v<T, std::int32_t>)
      element = detail::whole_number("full", value);
    else
      element = static_cast<T>(value);
    T* const first = static_cast<T*>(y.raw());
    parallel_for(y.count(), even_grain(y.count(), 4 * grain),
                 [&](std::int64_t begin, std::int64_t end) {
                   std::fill(first + begin, first + end, element);
                 });
  });
  return y;
}
Tensor zeros(const Shape& shape, DType dtype) { return full(shape, 0, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }

Tensor eye(std::int64_t n, DType dtype) {
  Tensor y = zeros({n, n}, dtype);
  with_dtype(dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t i = 0; i < n; ++i) static_cast<T*>(y.raw())[i * (n + 1)] = 1;
  });
  return y;
}

Tensor arange(double start, double stop, double step, DType dtype) {
  const double steps = std::ceil((stop - start) / step);
  const auto refuse = [&](const std::string& why) {
    throw Error(text("arange: from ", start, " to ", stop, " in steps of ", step, why));
  };
  if (!std::isfinite(steps)) refuse(" has no end; try finite numbers and a step that is not 0");
  if (std::abs(steps) >= 0x1p53)
    refuse(text(" has ", steps, " elements, more than memory can hold; try a larger step"));
  std::int64_t count = std::max<std::int64_t>(0, static_cast<std::int64_t>(steps));
  const auto value = [&](std::int64_t i) { return start + static_cast<double>(i) * step; };
  return with_dtype(dtype, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_same_v<T, std::int32_t>)
      for (const double end : {value(0), value(count - 1)})
        if (count > 0 && std::trunc(end) != convert<T>(end))
          throw Error(text("arange: int32 cannot hold ", end, "; try float64"));
    // The quotient above and the elements are rounded: the last may have come to stop, or past it.
    const auto is_past = [&](std::int64_t i) {
      const auto element = static_cast<double>(convert<T>(value(i)));
      return step > 0 ? std::max(element, value(i)) >= stop : std::min(element, value(i)) <= stop;
    };
    for (std::int64_t below = 0; below < count;) {
      const std::int64_t middle = below + (count - below) / 2;
      is_past(middle) ? count = middle : below = middle + 1;
    }
    Tensor y = empty({count}, dtype);
    for (std::int64_t i = 0; i < count; ++i) static_cast<T*>(y.raw())[i] = convert<T>(value(i));
    return y;
  });
}

Tensor detail::from_elements(const void* first, std::size_t count, DType dtype,
                             const Shape& shape) {
  if (checked_count(shape) != static_cast<std::int64_t>(count))
    throw ShapeError(text("from_vector: ", count, " values do not fill ", shape,
                          "; give one for each element, ", shape.count(), " in all"));
  Tensor y = empty(shape, dtype);
  if (count > 0) std::memcpy(y.raw(), first, count * size_of(dtype));
  return y;
}

void detail::check_row(std::size_t row, std::size_t length, std::size_t first_length) {
  if (length != first_length)
    throw ShapeError(text("from_vector: row ", row, " has ", length, " values and row 0 has ",
                          first_length, "; give each row as many"));
}

Tensor cast(const Tensor& x, DType dtype) {
  if (x.count() > 0) detail::require_value("cast", x);
  if (x.dtype() == dtype) return x;
  Tensor y = empty(x.shape(), dtype);
  with_dtype(x.dtype(), [&](auto from) {
    with_dtype(dtype, [&](auto to) {
      using From = decltype(from);
      using To = decltype(to);
      convert_rows<From, To>(x, y, [](From value) { return convert<To>(value); });
    });
  });
  return y;
}

Tensor contiguous(const Tensor& x) {
  if (x.is_contiguous()) return x;
  const Tensor y = empty(x.shape(), x.dtype());
  detail::copy_into(x, y);
  return y;
}

Tensor clone(const Tensor& x) {
  if (x.count() > 0) detail::require_value("clone", x);
  const Shape strides = detail::dense_strides(x.shape(), detail::memory_order(x.strides()));
  const Tensor y = empty_in_order(x.shape(), strides, x.dtype());
  detail::copy_into(x, y);
  return y;
}

}  // namespace ebb
