// The functions of tensor/parts.hpp that find elements by an index.
#include <algorithm>
#include <cstring>
#include <tensor/common/integers.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

constexpr std::int64_t grain = 16384;  // elements that are worth a thread

// A shape as [outer, length, inner] elements around one axis.
struct Around {
  Around(const Shape& shape, int axis) : length(shape[axis]) {
    for (int i = 0; i < axis; ++i) outer *= shape[i];
    for (int i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
  }
  std::int64_t outer = 1, length, inner = 1;
};

// A scalar has an axis of one element here, as in PyTorch.
Tensor with_axis(const Tensor& x) { return x.rank() == 0 ? reshape(x, {1}) : x; }

void require_integers(const char* operation, const Tensor& index) {
  detail::require_value(operation, index);
  if (index.dtype() != DType::int32)
    throw DTypeError(text(operation, ": index is ", index.dtype(), " ", index.shape(),
                          "; it must be int32, try cast"));
}

// The elements of a gapless index, each in [0, length).
const std::int32_t* checked_index(const char* operation, const Tensor& index, std::int64_t length) {
  const std::int32_t* at = index.data<std::int32_t>();
  const std::int64_t n = index.count();
  const auto limit = static_cast<std::uint32_t>(std::clamp<std::int64_t>(length, 0, 1LL << 31));
  std::uint32_t wrong = 0;  // negative ones are larger than the limit, too
  for (std::int64_t i = 0; i < n; ++i) wrong |= static_cast<std::uint32_t>(at[i]) >= limit;
  for (std::int64_t i = 0; wrong != 0 && i < n; ++i)
    if (at[i] < 0 || at[i] >= length)
      throw Error(text(operation, ": index ", at[i], " at place ", i, " is outside [0, ", length,
                       "); entries count from 0"));
  return at;
}

Tensor checked_list(const char* operation, const Tensor& index, std::int64_t length) {
  detail::require_value(operation, index);
  const std::string rule = text(operation, ": index is ", index.dtype(), " ", index.shape(),
                                "; it must be int32 [n], try cast or reshape");
  if (index.dtype() != DType::int32) throw DTypeError(rule);
  if (index.rank() != 1) throw ShapeError(rule);
  const Tensor gapless = contiguous(index);
  (void)checked_index(operation, gapless, length);
  return gapless;
}

// Calls body(outer, first column, last column) for stretches of columns under each outer place; in
// each stretch `rows` rows are worked on.
template <class Body>
void each_stretch(const Around& around, std::int64_t rows, const Body& body) {
  constexpr std::int64_t stretch = 16;  // columns that fill cache lines, whatever their dtype
  const std::int64_t stretches = divide_up(around.inner, stretch), count = around.outer * stretches;
  const std::int64_t work = std::max<std::int64_t>(rows * std::min(stretch, around.inner), 1);
  if (rows == 0 || count == 0) return;
  parallel_for(count, even_grain(count, std::max<std::int64_t>(1, grain / work)),
               [&](std::int64_t begin, std::int64_t end) {
                 while (begin < end) {  // stretches side by side are one
                   const std::int64_t outer = begin / stretches, first = begin % stretches;
                   const std::int64_t last = std::min(stretches, first + end - begin);
                   body(outer, first * stretch, std::min(last * stretch, around.inner));
                   begin += last - first;
                 }
               });
}

Tensor selected(const char* operation, const Tensor& x, int axis, const Tensor& index) {
  detail::require_value(operation, x);
  axis = resolve_axis(operation, axis, x.rank());
  const Tensor list = checked_list(operation, index, x.shape()[axis]), from = contiguous(x);
  const std::int32_t* at = list.data<std::int32_t>();
  const std::int64_t n = list.count();
  const Around source(x.shape(), axis);
  Shape shape = x.shape();
  shape[axis] = n;
  const Tensor y = empty(shape, x.dtype());
  if (y.count() == 0) return y;
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const T* value = from.data<T>();
    const std::int64_t inner = source.inner, rows = source.outer * n;
    parallel_for(rows, even_grain(rows, std::max<std::int64_t>(1, grain / inner)),
                 [&](std::int64_t begin, std::int64_t end) {
                   T* to = static_cast<T*>(y.raw()) + begin * inner;
                   while (begin < end) {  // entries under one outer place
                     const T* const entries = value + begin / n * source.length * inner;
                     const std::int64_t first = begin % n, last = std::min(n, first + end - begin);
                     for (std::int64_t i = first; inner == 1 && i < last; ++i)
                       *to++ = entries[at[i]];
                     for (std::int64_t i = first; inner > 1 && i < last; ++i, to += inner)
                       std::memcpy(to, entries + at[i] * inner,
                                   static_cast<std::size_t>(inner) * sizeof(T));
                     begin += last - first;
                   }
                 });
  });
  return y;
}

// Adds n elements.
template <class T>
void add(const char* operation, T* sum, const T* x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    if constexpr (std::is_same_v<T, std::int32_t>)
      sum[i] = detail::add_integers(operation, sum[i], x[i]);
    else
      sum[i] += x[i];
}

// x or what remains of it where an index is shorter along other axes than its own.
Tensor cut_to(const char* operation, const Tensor& x, const Tensor& index, int axis) {
  const Shape &shape = x.shape(), &wanted = index.shape();
  bool fits = shape.rank() == wanted.rank();
  for (int i = 0; fits && i < shape.rank(); ++i) fits = i == axis || wanted[i] <= shape[i];
  if (!fits)
    throw ShapeError(text(operation, ": index ", index.shape(), " does not fit ", shape,
                          "; it must have as many axes, and none longer but axis ", axis,
                          ", try reshape"));
  Tensor cut = x;
  for (int i = 0; i < shape.rank(); ++i)
    if (i != axis && wanted[i] < shape[i]) cut = slice(cut, i, 0, wanted[i]);
  return cut;
}

}  // namespace

Tensor index_select(const Tensor& x, int axis, const Tensor& index) {
  if (x.rank() == 0 && x.storage() != nullptr)
    return reshape(selected("index_select", reshape(x, {1}), axis, index), {});
  return selected("index_select", x, axis, index);
}

Tensor index_add(const Tensor& x, int axis, const Tensor& index, std::int64_t length) {
  detail::require_value("index_add", x);
  axis = resolve_axis("index_add", axis, x.rank());
  const Tensor list = checked_list("index_add", index, length);
  if (list.count() != x.shape()[axis])
    throw ShapeError(text("index_add: ", list.count(), " indices for axis ", axis, " of ",
                          x.shape(), "; try one for each entry"));
  Shape shape = x.shape();
  shape[axis] = length;
  const Tensor y = zeros(shape, x.dtype()), from = contiguous(x);
  const std::int32_t* at = list.data<std::int32_t>();
  const Around source(x.shape(), axis);
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const std::int64_t inner = source.inner, n = source.length;
    T* const sums = static_cast<T*>(y.raw());
    each_stretch(source, n, [&](std::int64_t outer, std::int64_t first, std::int64_t last) {
      const T* row = from.data<T>() + outer * n * inner + first;
      T* const to = sums + outer * length * inner + first;
      for (std::int64_t i = 0; i < n; ++i, row += inner)
        add("index_add", to + at[i] * inner, row, last - first);
    });
  });
  return y;
}

Tensor gather(const Tensor& x, int axis, const Tensor& index) {
  detail::require_value("gather", x);
  require_integers("gather", index);
  if (index.count() == 0) return empty(index.shape(), x.dtype());
  const Tensor whole = with_axis(x), place = contiguous(with_axis(index));
  axis = resolve_axis("gather", axis, whole.rank());
  const Tensor from = contiguous(cut_to("gather", whole, place, axis));
  const Around source(from.shape(), axis), chosen(place.shape(), axis);
  const std::int32_t* at = checked_index("gather", place, source.length);
  const Tensor y = empty(index.shape(), x.dtype());
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const std::int64_t inner = source.inner, n = chosen.length;
    each_stretch(chosen, n, [&](std::int64_t outer, std::int64_t first, std::int64_t last) {
      const T* const value = from.data<T>() + outer * source.length * inner;
      const std::int32_t* const index_row = at + outer * n * inner;
      T* const to = static_cast<T*>(y.raw()) + outer * n * inner;
      for (std::int64_t i = 0; inner == 1 && i < n; ++i) to[i] = value[index_row[i]];
      for (std::int64_t i = 0; inner > 1 && i < n * inner; i += inner)
        for (std::int64_t j = first; j < last; ++j) to[i + j] = value[index_row[i + j] * inner + j];
    });
  });
  return y;
}

Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, std::int64_t length) {
  detail::require_value("scatter_add", x);
  require_integers("scatter_add", index);
  if (x.shape() != index.shape() || length < 0)
    throw ShapeError(text("scatter_add: x ", x.shape(), " and index ", index.shape(),
                          " must have one shape, and a length of ", length,
                          " must not be below 0"));
  const Tensor from = contiguous(with_axis(x)), place = contiguous(with_axis(index));
  axis = resolve_axis("scatter_add", axis, from.rank());
  Shape shape = from.shape();
  shape[axis] = length;
  const Around source(from.shape(), axis);
  const std::int32_t* at = checked_index("scatter_add", place, length);
  const Tensor y = zeros(shape, x.dtype());
  with_dtype(x.dtype(), [&](auto zero) {
    using T = decltype(zero);
    const std::int64_t inner = source.inner, n = source.length;
    const T* const value = from.data<T>();
    each_stretch(source, n, [&](std::int64_t outer, std::int64_t first, std::int64_t last) {
      T* const sums = static_cast<T*>(y.raw()) + outer * length * inner;
      const T* const row = value + outer * n * inner;
      const std::int32_t* const index_row = at + outer * n * inner;
      for (std::int64_t i = 0; inner == 1 && i < n; ++i)
        add("scatter_add", sums + index_row[i], row + i, 1);
      for (std::int64_t i = 0; inner > 1 && i < n * inner; i += inner)
        for (std::int64_t j = first; j < last; ++j)
          add("scatter_add", sums + index_row[i + j] * inner + j, row + i + j, 1);
    });
  });
  return y;
}

Tensor scatter_add(const Tensor& base, int axis, const Tensor& index, const Tensor& x) {
  detail::require_value("scatter_add", base);
  detail::require_value("scatter_add", index);
  return detail::add_scattered(base, axis, index, x);
}

Tensor one_hot(const Tensor& index, std::int64_t classes) {
  require_integers("one_hot", index);
  if (classes < 0 && index.count() == 0)
    throw ShapeError(text("one_hot: index ", index.shape(),
                          " has no elements that tell the number of classes; give it"));
  if (classes < 0) classes = static_cast<std::int64_t>(amax(index).item()) + 1;
  const Tensor gapless = contiguous(index);
  const std::int32_t* at = checked_index("one_hot", gapless, classes);
  Shape shape = index.shape();
  shape.push_back(classes);
  const Tensor y = zeros(shape, DType::int32);
  for (std::int64_t i = 0; i < index.count(); ++i)
    static_cast<std::int32_t*>(y.raw())[i * classes + at[i]] = 1;
  return y;
}

Tensor embedding(const Tensor& weight, const Tensor& index, const EmbeddingOptions& options) {
  detail::require_value("embedding", weight);
  require_integers("embedding", index);
  if (weight.rank() != 2)
    throw ShapeError(text("embedding: weight ", weight.shape(),
                          " is no table; it must be [entries, features], try reshape"));
  (void)detail::resolve_padding(options, weight.size(0));
  Shape shape = index.shape();
  shape.push_back(weight.size(1));
  return reshape(selected("embedding", weight, 0, reshape(index, {index.count()})), shape);
}

std::optional<std::int64_t> detail::resolve_padding(const EmbeddingOptions& options,
                                                    std::int64_t entries) {
  if (!options.padding_index) return {};
  const std::int64_t row = *options.padding_index;
  if (row < -entries || row >= entries)
    throw Error(text("embedding: a padding index of ", row, " among ", entries,
                     " entries; try 0, or a negative one from the end"));
  return row < 0 ? row + entries : row;
}

}  // namespace ebb
