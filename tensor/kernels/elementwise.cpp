// One loop for every formula: y[i] = F(x[0][i], x[1][i], …). Compiled once per instruction set.
#include <tensor/kernels/formulas.hpp>
#include <tensor/kernels/simd.hpp>
#include <utility>

namespace ebb::kernels {
namespace {

// How many arguments a formula takes: the first number of vectors that it can be called with.
template <class F, class V>
constexpr int arity() {
  if constexpr (std::is_invocable_v<F, V>)
    return 1;
  else if constexpr (std::is_invocable_v<F, V, V>)
    return 2;
  else if constexpr (std::is_invocable_v<F, V, V, V>)
    return 3;
  else
    return 4;
}

// n >= width elements. An input that repeats is a single vector, read again and again: its `moves`
// is 0, that of the others has all bits set. The last vector reaches back over elements that are
// done, so that each of them goes through the same vector code and has the same bits. Where y is
// one of the inputs, those are kept: they went through it before.
template <class F, class T, int... I>
void loop(T* y, const T* const* x, const std::int64_t* moves, std::int64_t n,
          std::integer_sequence<int, I...>) {
  const T* const from[] = {x[I]...};  // in registers: a store of a vector might change x and moves
  const std::int64_t steps[] = {moves[I]...};
  const auto vector_at = [&](std::int64_t i) { return F{}(load(from[I] + (i & steps[I]))...); };
  const std::int64_t last = n - width<T>;
  std::int64_t i = 0;
  for (; i < last; i += width<T>) vector_at(i).store_unaligned(y + i);
  Vector<T> end = vector_at(last);
  if (i > last && ((from[I] == y) || ...))
    end = xsimd::select(lanes_below<T>(i - last), load(y + last), end);
  end.store_unaligned(y + last);
}
template <class F, class T>
void row_loop(T* y, const T* const* x, const std::int64_t* moves, std::int64_t n) {
  loop<F>(y, x, moves, n, std::make_integer_sequence<int, arity<F, Vector<T>>()>{});
}

// What all formulas share: a row that is shorter than a vector is filled up, an input that repeats
// becomes a vector.
template <class T>
void over_rows(decltype(row_loop<Negate, T>)* one_row, int inputs, T* y, const void* const* x,
               const Rows& rows) {
  constexpr int most = 4;
  constexpr std::int64_t w = width<T>;
  const std::int64_t n = rows.columns;
  std::int64_t moves[most];
  for (int j = 0; j < inputs; ++j) moves[j] = rows.repeats[j] ? 0 : -1;
  alignas(64) T vectors[most + 1][w];
  for (std::int64_t row = 0; row < rows.count; ++row) {
    const T* from[most];
    for (int j = 0; j < inputs; ++j) {
      from[j] = static_cast<const T*>(x[j]) + row * rows.x_step[j];
      if (!rows.repeats[j] && n >= w) continue;
      (rows.repeats[j] ? Vector<T>(*from[j]) : load_end<T>(from[j], n, 0))
          .store_aligned(vectors[j]);
      from[j] = vectors[j];
    }
    T* const to = y + row * rows.y_step;
    if (n >= w) {
      one_row(to, from, moves, n);
    } else {
      one_row(vectors[most], from, moves, w);
      store_end(to, n, load(vectors[most]));
    }
  }
}

template <class F, class T>
void elementwise_loop(void* y, const void* const* x, const Rows& rows) {
  over_rows(row_loop<F, T>, arity<F, Vector<T>>(), static_cast<T*>(y), x, rows);
}

template <class... Formulas>
constexpr ElementwiseKernels all_loops(List<Formulas...>) {
  ElementwiseKernels kernels = {
      {{elementwise_loop<Formulas, float>...}, {elementwise_loop<Formulas, double>...}, {}}};
  return kernels;
}

template <class... Formulas>
constexpr void add_integer_loops(ElementwiseKernels& kernels, List<Formulas...>) {
  ((kernels.loops[2][AllFormulas::place<Formulas>] = elementwise_loop<Formulas, std::int32_t>),
   ...);
}

constexpr ElementwiseKernels make() {
  ElementwiseKernels kernels = all_loops(AllFormulas{});
  add_integer_loops(kernels, Comparisons{});
  return kernels;
}

}  // namespace

namespace EBB_KERNELS {
extern const ElementwiseKernels elementwise;
constexpr ElementwiseKernels elementwise = make();
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
