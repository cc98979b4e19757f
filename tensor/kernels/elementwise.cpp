// One loop for every formula: y[i] = F(x[0][i], x[1][i], …). Compiled once per instruction set.
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

// The last elements go through the same vector code, so they have the same bits as the others.
template <class F, class T, int... I>
void loop(void* y, const void* const* x, std::int64_t n, std::integer_sequence<int, I...>) {
  T* const to = static_cast<T*>(y);
  const T* const from[] = {static_cast<const T*>(x[I])...};
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) F{}(load(from[I] + i)...).store_unaligned(to + i);
  if (i < n) store_end<T>(to + i, n - i, F{}(load_end<T>(from[I] + i, n - i, 0)...));
}

template <class F, class T>
void elementwise_loop(void* y, const void* const* x, std::int64_t n) {
  loop<F, T>(y, x, n, std::make_integer_sequence<int, arity<F, Vector<T>>()>{});
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
