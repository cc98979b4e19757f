// Many elements to one: sums, largest and smallest. Compiled once per instruction set.
#include <limits>
#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

// How two vectors become one, what stands for no elements, and the same for two lanes.
struct Sum {
  template <class T>
  static constexpr T neutral = 0;
  auto operator()(const auto& a, const auto& b) const { return a + b; }
};
template <class F, int sign>
struct Extreme {  // Maximum and Minimum keep a NaN
  template <class T>
  static constexpr T neutral = sign* std::numeric_limits<T>::infinity();
  template <class V>
  V operator()(const V& a, const V& b) const {
    return F{}(a, b);
  }
};

// Four independent chains hide the latency of an addition; their order is fixed, so the bits are.
template <class Join, class T>
void reduce(void* y, const void* x, std::int64_t n) {
  constexpr std::int64_t w = width<T>;
  constexpr T neutral = Join::template neutral<T>;
  const T* const from = static_cast<const T*>(x);
  const Join join;
  Vector<T> a(neutral), b(neutral), c(neutral), d(neutral);
  std::int64_t i = 0;
  for (; i + 4 * w <= n; i += 4 * w) {
    a = join(a, load(from + i));
    b = join(b, load(from + i + w));
    c = join(c, load(from + i + 2 * w));
    d = join(d, load(from + i + 3 * w));
  }
  for (; i + w <= n; i += w) a = join(a, load(from + i));
  if (i < n) b = join(b, load_end<T>(from + i, n - i, neutral));
  alignas(64) T lanes[w];
  join(join(a, b), join(c, d)).store_aligned(lanes);
  // Halves onto halves: a tree of fixed form.
  for (std::int64_t half = w / 2; half > 0; half /= 2)
    for (std::int64_t lane = 0; lane < half; ++lane)
      lanes[lane] =
          static_cast<T>(join(Vector<T>(lanes[lane]), Vector<T>(lanes[lane + half])).get(0));
  *static_cast<T*>(y) = lanes[0];
}

using Largest = Extreme<Maximum, -1>;
using Smallest = Extreme<Minimum, 1>;

}  // namespace

namespace EBB_KERNELS {
extern const ReduceKernels reduce;
constexpr ReduceKernels reduce = {
    {kernels::reduce<Sum, float>, kernels::reduce<Sum, double>},
    {kernels::reduce<Largest, float>, kernels::reduce<Largest, double>},
    {kernels::reduce<Smallest, float>, kernels::reduce<Smallest, double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
