// An optimizer's update of one stretch of a parameter: every array is read once and written once.
// Compiled once per instruction set.
#include <cmath>
#include <limits>
#include <tensor/kernels/simd.hpp>
#include <utility>

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

template <class T>
auto is_finite(const Vector<T>& x) {
  return abs(x) <= Vector<T>(std::numeric_limits<T>::max());
}

// Takes the step at one vector. False where something does not fit; it has written nothing then.
template <class T, class Step, class At, class... State>
bool plain(const Step& step, const At& at, T* w, const T* g, State*... states) {
  return [&](auto... now) {
    Vector<T> weight = at.get(w);
    step(weight, at.get(g), now...);
    if constexpr (requires { step.must_fit(now...); })
      if (!xsimd::all(step.must_fit(now...) <= Vector<T>(std::numeric_limits<T>::max())))
        return false;  // NaN, too
    (at.put(states, now), ...);
    at.put(w, weight);
    return true;
  }(at.get(states)...);
}

// The same where something does not fit: by the way for large numbers, if the step knows one. Where
// that is not finite, either, all stays; the other lanes have the bits of plain. Returns the place
// of the first weight that stays, or -1.
template <class T, class Step, class At, std::size_t... I, class... State>
[[gnu::noinline, gnu::cold]] std::int64_t careful(const Step step, const At at, T* w, const T* g,
                                                  std::index_sequence<I...>, State*... states) {
  if constexpr (!requires { step.must_fit(at.get(states)...); }) {
    return -1;
  } else {
    const Vector<T> weight = at.get(w), gradient = at.get(g), before[] = {at.get(states)...};
    Vector<T> moved = weight, now[] = {before[I]...};
    step(moved, gradient, now[I]...);
    auto good = step.must_fit(now[I]...) <= Vector<T>(std::numeric_limits<T>::max());
    if constexpr (requires { step.large(moved, gradient, now[I]...); }) {
      Vector<T> far = weight, large[] = {before[I]...};
      step.large(far, gradient, large[I]...);
      moved = xsimd::select(good, moved, far);
      ((now[I] = xsimd::select(good, now[I], large[I])), ...);
      good = good | (is_finite(large[I]) & ...);
    }
    (at.put(states, xsimd::select(good, now[I], before[I])), ...);
    at.put(w, xsimd::select(good, moved, weight));
    alignas(64) T stays[width<T>];
    xsimd::select(good, Vector<T>(T(0)), Vector<T>(T(1))).store_aligned(stays);
    for (std::int64_t lane = 0; lane < width<T>; ++lane)
      if (stays[lane] != 0) return at.i + lane;
    return -1;
  }
}

// Takes the step vector by vector as long as everything fits; returns where it stopped. The weights
// were read by every core since the last step: to write one, its cache line must be taken from the
// others. It is asked for 1 KB ahead; else each store waits, and Adam takes 1.6 times as long on
// two threads. A loop of its own, out of which the compiler moves what is the same for every
// vector.
template <class T, class Step, class... State>
[[gnu::noinline]] std::int64_t while_it_fits(const Step step, std::int64_t i, std::int64_t n, T* w,
                                             const T* g, State*... states) {
  constexpr auto ahead = 1024 / static_cast<std::int64_t>(sizeof(T));
  for (; i + width<T> <= n; i += width<T>) {
    __builtin_prefetch(w + i + ahead, 1);
    if (!plain<T>(step, Whole<T>{i}, w, g, states...)) [[unlikely]]
      break;
  }
  return i;
}

// Takes the step over the n elements. What does not fit is rare, so `careful` stands outside the
// loop, where it costs the others no register.
template <class T, class Step, class... State>
std::int64_t over_vectors(const Step& step, T* w, const T* g, std::int64_t n, State*... states) {
  constexpr std::index_sequence_for<State...> numbers;
  std::int64_t refused = -1, i = 0;
  while (i = while_it_fits<T, Step>(step, i, n, w, g, states...), n - i >= width<T>) {
    const std::int64_t place = careful<T, Step>(step, Whole<T>{i}, w, g, numbers, states...);
    if (refused < 0) refused = place;
    i += width<T>;
  }
  if (i == n || plain<T>(step, End<T>{i, n}, w, g, states...)) return refused;
  const std::int64_t place = careful<T, Step>(step, End<T>{i, n}, w, g, numbers, states...);
  return refused < 0 ? place : refused;
}

template <class T, class Step, std::size_t... I>
std::int64_t unpack(const Step& step, T* w, const T* g, void* const* states, std::int64_t n,
                    std::index_sequence<I...>) {
  return over_vectors<T>(step, w, g, n, static_cast<T*>(states[I])...);
}

template <class T, class Step>
std::int64_t update(const void* step, void* w, const void* g, void* const* states, std::int64_t n) {
  return unpack(*static_cast<const Step*>(step), static_cast<T*>(w), static_cast<const T*>(g),
                states, n, std::make_index_sequence<Step::states>{});
}

template <class... Steps>
constexpr UpdateKernels all_loops(List<Steps...>) {
  return {{{update<float, Steps>...}, {update<double, Steps>...}}};
}

}  // namespace

namespace EBB_KERNELS {
extern const UpdateKernels update;
constexpr UpdateKernels update = all_loops(AllSteps{});
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
