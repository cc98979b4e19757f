#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tensor/parallel.hpp>
#include <tensor/tensor.hpp>
#include <tensor/walk.hpp>

namespace ebb {
namespace {

constexpr std::int64_t grain = 16384;  // elements of a piece: large enough to be worth a thread

Tensor empty_in_order(const Shape& shape, const Shape& strides, DType dtype) {
  const auto count = static_cast<std::size_t>(checked_count(shape));
  return {allocate(count * size_of(dtype)), dtype, shape, strides, 0};
}

// y's elements from x's, row by row; both have x's shape, y may be in another memory order.
template <class From, class To, class Convert>
void convert_rows(const Tensor& x, Tensor& y, const Convert& convert) {
  const Shape order = detail::memory_order(y.strides());
  const auto walk =
      detail::collapse<2>(detail::pick(x.shape(), order),
                          {detail::pick(x.strides(), order), detail::pick(y.strides(), order)});
  const From* from = x.data<From>();
  To* to = static_cast<To*>(y.raw());
  const std::int64_t columns = walk.columns(), from_step = walk.column_stride(0),
                     to_step = walk.column_stride(1);
  const auto rows_per_piece = std::max<std::int64_t>(1, grain / std::max<std::int64_t>(1, columns));
  parallel_for(walk.rows(), rows_per_piece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const auto offsets = walk.row_offsets(row);
      const From* x_row = from + offsets[0];
      To* y_row = to + offsets[1];
      if (from_step == 1 && to_step == 1)
        for (std::int64_t i = 0; i < columns; ++i) y_row[i] = convert(x_row[i]);
      else
        for (std::int64_t i = 0; i < columns; ++i)
          y_row[i * to_step] = convert(x_row[i * from_step]);
    }
  });
}

void copy_into(const Tensor& x, Tensor& y) {
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    convert_rows<T, T>(x, y, [](T value) { return value; });
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

double Tensor::item() const {
  if (count() != 1)
    throw ShapeError(
        text("item: ", shape_, " has ", count(), " elements, not one; try sum or slice"));
  return with_dtype(dtype_,
                    [&](auto zero) { return static_cast<double>(*data<decltype(zero)>()); });
}

template <class T>
std::vector<T> Tensor::to_vector() const {
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
    std::fill_n(static_cast<T*>(y.raw()), y.count(), convert<T>(value));
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
  if (!(std::abs(steps) < 0x1p53))
    throw Error(text("arange: from ", start, " to ", stop, " in steps of ", step,
                     " has no end; try finite numbers and a step that is not 0"));
  Tensor y = empty({std::max<std::int64_t>(0, static_cast<std::int64_t>(steps))}, dtype);
  with_dtype(dtype, [&](auto zero) {
    using T = decltype(zero);
    for (std::int64_t i = 0; i < y.count(); ++i)
      static_cast<T*>(y.raw())[i] = convert<T>(start + static_cast<double>(i) * step);
  });
  return y;
}

template <class T>
Tensor from_vector(const std::vector<T>& values, const Shape& shape) {
  if (checked_count(shape) != static_cast<std::int64_t>(values.size()))
    throw ShapeError(text("from_vector: ", values.size(), " values do not fill ", shape,
                          "; give one for each element, ", shape.count(), " in all"));
  Tensor y = empty(shape, dtype_of<T>);
  if (!values.empty()) std::memcpy(y.raw(), values.data(), values.size() * sizeof(T));
  return y;
}
template Tensor from_vector(const std::vector<float>&, const Shape&);
template Tensor from_vector(const std::vector<double>&, const Shape&);
template Tensor from_vector(const std::vector<std::int32_t>&, const Shape&);

Tensor cast(const Tensor& x, DType dtype) {
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
  Tensor y = empty(x.shape(), x.dtype());
  copy_into(x, y);
  return y;
}

Tensor clone(const Tensor& x) {
  const Shape strides = detail::dense_strides(x.shape(), detail::memory_order(x.strides()));
  Tensor y = empty_in_order(x.shape(), strides, x.dtype());
  copy_into(x, y);
  return y;
}

}  // namespace ebb
