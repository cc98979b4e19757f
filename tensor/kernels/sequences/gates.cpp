// One loop for each step of a recurrent layer: results y[0][i], y[1][i], … of x[0][i], x[1][i], ….
// Compiled once per instruction set.
#include <tensor/kernels/sequences/gates.hpp>
#include <tensor/kernels/simd.hpp>
#include <utility>

namespace ebb::kernels {
namespace {

// n >= width units. The last vector reaches back over units that are done; where a result lies in
// an operand's place these are gone, so it is computed before them.
template <class F, class T, int... O, int... I>
void loop(T* const* y, const T* const* x, std::int64_t n, std::integer_sequence<int, O...>,
          std::integer_sequence<int, I...>) {
  T* const to[] = {y[O]...};  // in registers: a store of a vector might change x and y
  const T* const from[] = {x[I]...};
  const std::int64_t last = n - width<T>;
  Vector<T> end[F::outputs];
  F{}(end[O]..., load(from[I] + last)...);
  for (std::int64_t i = 0; i < last; i += width<T>) {
    Vector<T> results[F::outputs];
    F{}(results[O]..., load(from[I] + i)...);
    (results[O].store_unaligned(to[O] + i), ...);
  }
  (end[O].store_unaligned(to[O] + last), ...);
}

// Fewer units than a vector has lanes are filled up.
template <class F, class T>
void gates(void* const* results, const void* const* operands, std::int64_t n) {
  constexpr std::int64_t w = width<T>;
  constexpr std::make_integer_sequence<int, F::outputs> outputs;
  constexpr std::make_integer_sequence<int, F::inputs> inputs;
  alignas(64) T lanes[F::outputs + F::inputs][w];
  T* y[F::outputs];
  const T* x[F::inputs];
  for (int j = 0; j < F::inputs; ++j) {
    x[j] = static_cast<const T*>(operands[j]);
    if (n >= w) continue;
    load_end<T>(x[j], n, 0).store_aligned(lanes[F::outputs + j]);
    x[j] = lanes[F::outputs + j];
  }
  for (int j = 0; j < F::outputs; ++j) y[j] = n < w ? lanes[j] : static_cast<T*>(results[j]);
  loop<F>(y, x, n < w ? w : n, outputs, inputs);
  if (n >= w) return;
  for (int j = 0; j < F::outputs; ++j) store_end(static_cast<T*>(results[j]), n, load(lanes[j]));
}

template <class... Steps>
constexpr GateKernels all_loops(List<Steps...>) {
  return {{{gates<Steps, float>...}, {gates<Steps, double>...}}};
}

}  // namespace

namespace EBB_KERNELS {
extern const GateKernels gates;
constexpr GateKernels gates = all_loops(AllGates{});
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
