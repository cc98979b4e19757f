// An optimizer's update of one stretch of a parameter: every array is read once and written once.
// Compiled once per instruction set.
#include <cmath>
#include <limits>
#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

// Calls body(load, store) over the n elements: body sees full vectors only, the end is padded. The
// weights were read by every core since the last step: to write one, its cache line must be taken
// from the others. It is asked for 1 KB ahead; else each store waits, and Adam takes 1.6 times as
// long on two threads.
template <class T, class Body>
void over_vectors(const T* weights, std::int64_t n, const Body& body) {
  constexpr auto ahead = 1024 / static_cast<std::int64_t>(sizeof(T));
  std::int64_t i = 0;
  for (; i + width<T> <= n; i += width<T>) {
    __builtin_prefetch(weights + i + ahead, 1);
    body([i](const T* x) { return load(x + i); },
         [i](T* y, const Vector<T>& values) { values.store_unaligned(y + i); });
  }
  if (i < n)
    body([i, n](const T* x) { return load_end<T>(x + i, n - i, 0); },
         [i, n](T* y, const Vector<T>& values) { store_end<T>(y + i, n - i, values); });
}

// v <- momentum v + (g + decay w);  w <- w - rate v. Without momentum there is no v.
template <class T>
bool sgd(void* weight, const void* gradient, void* velocity, std::int64_t n, const SgdStep& step) {
  T* const w = static_cast<T*>(weight);
  T* const v = static_cast<T*>(velocity);
  const T* const g = static_cast<const T*>(gradient);
  const Vector<T> rate(static_cast<T>(step.learning_rate)), momentum(static_cast<T>(step.momentum));
  const Vector<T> decay(static_cast<T>(step.weight_decay));
  const Vector<T> largest(std::numeric_limits<T>::max());
  bool finite = true;
  over_vectors(w, n, [&](const auto& get, const auto& put) {
    const Vector<T> old = get(w);
    Vector<T> move = get(g) + decay * old;
    if (v != nullptr) move = momentum * get(v) + move;
    Vector<T> moved = old - rate * move;
    const auto good = abs(moved) <= largest;  // NaN is not; nor is any where `move` is not
    if (!xsimd::all(good)) {
      finite = false;
      moved = xsimd::select(good, moved, old);
      if (v != nullptr) move = xsimd::select(good, move, get(v));
    }
    if (v != nullptr) put(v, move);
    put(w, moved);
  });
  return finite;
}

template <class T>
struct Moments {
  Vector<T> weight, mean, square;
  bool finite = true;
};

// Where a square overflows: (1 - b2) g² as the square of sqrt(1 - b2) g, and the root of s / (1 -
// b2^t) as a product of roots. `now` is what came of the plain formula, `slope` its gradient.
template <class T>
[[gnu::noinline, gnu::cold]] Moments<T> adam_of_large(Moments<T> now, Moments<T> old,
                                                      Vector<T> slope, const AdamStep& step) {
  const auto number = [](double value) { return Vector<T>(static_cast<T>(value)); };
  const Vector<T> largest(std::numeric_limits<T>::max());
  const auto plain = now.square * number(1 / step.correction2) + abs(now.weight) <= largest;
  const Vector<T> part = number(std::sqrt(1 - step.beta2)) * slope;
  const Vector<T> square = number(step.beta2) * old.square + part * part;
  const Vector<T> root = sqrt(square) * number(1 / std::sqrt(step.correction2));
  const Vector<T> weight = old.weight - number(step.learning_rate / step.correction1) * now.mean /
                                            (root + number(step.epsilon));
  const auto good = square + abs(weight) <= largest;
  return {xsimd::select(plain, now.weight, xsimd::select(good, weight, old.weight)),
          xsimd::select(plain || good, now.mean, old.mean),
          xsimd::select(plain, now.square, xsimd::select(good, square, old.square)),
          xsimd::all(plain || good)};
}

// m <- b1 m + (1 - b1) g;  s <- b2 s + (1 - b2) g²;  w <- w - rate m̂ / (sqrt(ŝ) + epsilon), where
// the hats divide by 1 - b1^t and 1 - b2^t. Kingma and Ba, "Adam", ICLR 2015.
template <class T>
bool adam(void* weight, const void* gradient, void* mean, void* square, std::int64_t n,
          const AdamStep& step) {
  T* const w = static_cast<T*>(weight);
  T* const m = static_cast<T*>(mean);
  T* const s = static_cast<T*>(square);
  const T* const g = static_cast<const T*>(gradient);
  const Vector<T> beta1(static_cast<T>(step.beta1)), rest1(static_cast<T>(1 - step.beta1));
  const Vector<T> beta2(static_cast<T>(step.beta2)), rest2(static_cast<T>(1 - step.beta2));
  const Vector<T> rate(static_cast<T>(step.learning_rate / step.correction1));
  const Vector<T> root_correction(static_cast<T>(1 / step.correction2));
  const Vector<T> epsilon(static_cast<T>(step.epsilon)), decay(static_cast<T>(step.weight_decay));
  const Vector<T> largest(std::numeric_limits<T>::max());
  bool finite = true;
  over_vectors(w, n, [&](const auto& get, const auto& put) {
    const Vector<T> old = get(w);
    const Vector<T> slope = get(g) + decay * old;
    const Vector<T> new_mean = beta1 * get(m) + rest1 * slope;
    const Vector<T> new_square = beta2 * get(s) + rest2 * (slope * slope);
    const Vector<T> corrected = new_square * root_correction;
    const Vector<T> moved = old - rate * new_mean / (sqrt(corrected) + epsilon);
    if (xsimd::all(corrected + abs(moved) <= largest)) [[likely]] {
      put(m, new_mean);
      put(s, new_square);
      put(w, moved);
    } else {
      const Moments<T> now =
          adam_of_large<T>({moved, new_mean, new_square}, {old, get(m), get(s)}, slope, step);
      finite &= now.finite;
      put(m, now.mean);
      put(s, now.square);
      put(w, now.weight);
    }
  });
  return finite;
}

}  // namespace

namespace EBB_KERNELS {
extern const OptimizerKernels optimizer;
constexpr OptimizerKernels optimizer = {{sgd<float>, sgd<double>}, {adam<float>, adam<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
