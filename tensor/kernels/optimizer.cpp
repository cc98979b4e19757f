// An optimizer's update of one stretch of a parameter: every array is read once and written once.
// Compiled once per instruction set.
#include <cmath>
#include <limits>
#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

// How a step meets a vector: whole, or the n < width elements at the end of an array.
template <class T>
struct Whole {
  std::int64_t i;
  Vector<T> get(const T* x) const { return load(x + i); }
  void put(T* y, const Vector<T>& values) const { values.store_unaligned(y + i); }
};
template <class T>
struct End {
  std::int64_t i, n;
  Vector<T> get(const T* x) const { return load_end<T>(x + i, n - i, 0); }
  void put(T* y, const Vector<T>& values) const { store_end<T>(y + i, n - i, values); }
};

// Takes the step over the n elements, vector by vector. Where step.plain returns false it has
// written nothing, and step.careful does that vector; that is rare, so it stands outside the loop,
// where it costs the others no register. False if step.careful said so once. The weights were read
// by every core since the last step: to write one, its cache line must be taken from the others. It
// is asked for 1 KB ahead; else each store waits, and Adam takes 1.6 times as long on two threads.
template <class T, class Step>
bool over_vectors(const T* weights, std::int64_t n, const Step step) {
  constexpr auto ahead = 1024 / static_cast<std::int64_t>(sizeof(T));
  bool finite = true;
  std::int64_t i = 0;
  while (true) {
    for (; i + width<T> <= n; i += width<T>) {
      __builtin_prefetch(weights + i + ahead, 1);
      if (!step.plain(Whole<T>{i})) [[unlikely]]
        break;
    }
    if (n - i < width<T>) break;  // the end, not a refusal
    finite &= Step(step).careful(Whole<T>{i});
    i += width<T>;
  }
  if (i < n && !step.plain(End<T>{i, n})) finite &= Step(step).careful(End<T>{i, n});
  return finite;
}

template <class T>
Vector<T> number(double value) {
  return Vector<T>(static_cast<T>(value));
}

template <class T>
auto is_finite(const Vector<T>& x) {
  return abs(x) <= Vector<T>(std::numeric_limits<T>::max());
}

// v <- momentum v + (g + decay w);  w <- w - rate v. Without momentum there is no v.
template <class T>
struct Sgd {
  T *w, *v;
  const T* g;
  Vector<T> rate, momentum, decay;

  template <class At>
  bool plain(const At& at) const {
    const Vector<T> old = at.get(w);
    Vector<T> move = at.get(g) + decay * old;
    if (v != nullptr) {
      move = momentum * at.get(v) + move;
      at.put(v, move);
    }
    at.put(w, old - rate * move);
    return true;  // what is not finite shows in the weights
  }
  template <class At>
  bool careful(const At&) const {
    return true;
  }
};

template <class T>
void sgd(void* weight, const void* gradient, void* velocity, std::int64_t n, const SgdStep& step) {
  T* const w = static_cast<T*>(weight);
  over_vectors(w, n,
               Sgd<T>{w, static_cast<T*>(velocity), static_cast<const T*>(gradient),
                      number<T>(step.learning_rate), number<T>(step.momentum),
                      number<T>(step.weight_decay)});
}

// m <- b1 m + (1 - b1) g;  s <- b2 s + (1 - b2) g²;  w <- w - rate m̂ / (sqrt(ŝ) + epsilon), where
// the hats divide by 1 - b1^t and 1 - b2^t. Kingma and Ba, "Adam", ICLR 2015.
template <class T>
struct Adam {
  T *w, *m, *s;
  const T* g;
  Vector<T> beta1, rest1, beta2, rest2, rate, root_correction, epsilon, decay;

  template <class At>
  bool plain(const At& at) const {
    const Vector<T> old = at.get(w);
    const Vector<T> slope = at.get(g) + decay * old;
    const Vector<T> mean = beta1 * at.get(m) + rest1 * slope;
    const Vector<T> square = beta2 * at.get(s) + rest2 * (slope * slope);
    const Vector<T> corrected = square * root_correction;
    const Vector<T> moved = old - rate * mean / (sqrt(corrected) + epsilon);
    if (!xsimd::all(corrected <= Vector<T>(std::numeric_limits<T>::max())))
      return false;  // NaN, too
    at.put(m, mean);
    at.put(s, square);
    at.put(w, moved);
    return true;
  }

  // Where a square overflows, (1 - b2) g² is that of sqrt(1 - b2) g, and the root of ŝ a product of
  // two roots; where that is not finite, either, all stays. Other lanes have the bits of plain.
  template <class At>
  [[gnu::noinline, gnu::cold]] bool careful(const At& at) const {
    const Vector<T> old = at.get(w), old_mean = at.get(m), old_square = at.get(s);
    const Vector<T> slope = at.get(g) + decay * old;
    const Vector<T> mean = beta1 * old_mean + rest1 * slope;
    Vector<T> square = beta2 * old_square + rest2 * (slope * slope);
    const Vector<T> corrected = square * root_correction;
    const auto plain = is_finite(corrected);
    const Vector<T> part = sqrt(rest2) * slope;
    square = xsimd::select(plain, square, beta2 * old_square + part * part);
    const Vector<T> root =
        xsimd::select(plain, sqrt(corrected), sqrt(square) * sqrt(root_correction));
    const Vector<T> moved = old - rate * mean / (root + epsilon);
    const auto good = is_finite(square);
    at.put(m, xsimd::select(good, mean, old_mean));
    at.put(s, xsimd::select(good, square, old_square));
    at.put(w, xsimd::select(good, moved, old));
    return xsimd::all(good);
  }
};

template <class T>
bool adam(void* weight, const void* gradient, void* mean, void* square, std::int64_t n,
          const AdamStep& step) {
  T* const w = static_cast<T*>(weight);
  return over_vectors(
      w, n,
      Adam<T>{w, static_cast<T*>(mean), static_cast<T*>(square), static_cast<const T*>(gradient),
              number<T>(step.beta1), number<T>(1 - step.beta1), number<T>(step.beta2),
              number<T>(1 - step.beta2), number<T>(step.learning_rate / step.correction1),
              number<T>(1 / step.correction2), number<T>(step.epsilon),
              number<T>(step.weight_decay)});
}

}  // namespace

namespace EBB_KERNELS {
extern const OptimizerKernels optimizer;
constexpr OptimizerKernels optimizer = {{sgd<float>, sgd<double>}, {adam<float>, adam<double>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
