// Multiply-adds, moves and xsimd's functions: the roof. Compiled once per instruction set.
#include <tools/benchmark/rungs/simd.hpp>

namespace ebb::tools::benchmark {
namespace {

// So many chains that the latency of one is hidden behind the others, and few enough for the 16
// registers of the older instruction sets.
constexpr int chains = 12;
constexpr int steps = 16;

float total(const Vector* sums, int count) {
  Vector all = sums[0];
  for (int i = 1; i < count; ++i) all = all + sums[i];
  return all.get(0);
}

float multiply_add(std::int64_t rounds) {
  volatile float half = 0.5F, one = 1;  // so that no compiler knows the result
  const Vector factor(half), term(one);
  Vector sums[chains];
  for (int i = 0; i < chains; ++i) sums[i] = Vector(static_cast<float>(i));
  for (std::int64_t round = 0; round < rounds; ++round)
    for (int step = 0; step < steps; ++step)
#pragma GCC unroll 12
      for (int i = 0; i < chains; ++i) sums[i] = sums[i] * factor + term;
  return total(sums, chains);
}

float read(float* const* arrays, std::int64_t n) {
  constexpr int loads = 4, parts = 8;  // chains of sums, and n is a multiple of 4 vectors
  const float* const x = arrays[0];
  Vector sums[parts];
  for (int i = 0; i < parts; ++i) sums[i] = Vector(0.0F);
  std::int64_t i = 0;
  for (; i + parts * width <= n; i += parts * width)
#pragma GCC unroll 8
    for (int j = 0; j < parts; ++j) sums[j] = sums[j] + Vector::load_aligned(x + i + j * width);
  if (i < n)
    for (int j = 0; j < loads; ++j) sums[j] = sums[j] + Vector::load_aligned(x + i + j * width);
  return total(sums, parts);
}

// y = f(x...), so many vectors at once.
template <int at_once, auto f, class... X>
float map(std::int64_t n, float* y, const X*... x) {
  for (std::int64_t i = 0; i < n; i += at_once * width)
#pragma GCC unroll 4
    for (int j = 0; j < at_once; ++j)
      f(Vector::load_aligned(x + i + j * width)...).store_aligned(y + i + j * width);
  return 0;
}

template <int at_once, auto f, int... from>
float loop(float* const* x, std::int64_t n) {
  return map<at_once, f>(n, x[0], x[from]...);
}

float update(float* const* arrays, std::int64_t n) {
  float *const x = arrays[0], *const y = arrays[1], *const z = arrays[2];
  const float* const a = arrays[3];
  for (std::int64_t i = 0; i < n; i += width) {
    const Vector more = Vector::load_aligned(a + i);
    for (float* each : {x + i, y + i, z + i})
      (Vector::load_aligned(each) + more).store_aligned(each);
  }
  return 0;
}

Vector same(const Vector& x) { return x; }
Vector plus(const Vector& x, const Vector& y) { return x + y; }
Vector exp(const Vector& x) { return xsimd::exp(x); }
Vector log(const Vector& x) { return xsimd::log(x); }
Vector sigmoid(const Vector& x) { return 1 / (1 + xsimd::exp(-x)); }
Vector sqrt(const Vector& x) { return xsimd::sqrt(x); }
Vector tanh(const Vector& x) { return xsimd::tanh(x); }

}  // namespace

extern const Rungs BENCH_JOIN(rungs_, EBB_KERNELS);
extern const Loops BENCH_JOIN(loops_, EBB_KERNELS);
constexpr Loops BENCH_JOIN(loops_, EBB_KERNELS) = {BENCH_TEXT(EBB_KERNELS),
                                                   multiply_add,
                                                   chains* steps* width,
                                                   {{"read", 1, 4, read},
                                                    {"copy", 2, 8, loop<4, same, 1>},
                                                    {"add", 3, 12, loop<4, plus, 1, 2>},
                                                    {"update", 4, 28, update}},
                                                   {{"Exp", 2, 8, loop<1, exp, 1>},
                                                    {"Log", 2, 8, loop<1, log, 1>},
                                                    {"Sigmoid", 2, 8, loop<1, sigmoid, 1>},
                                                    {"Sqrt", 2, 8, loop<1, sqrt, 1>},
                                                    {"Tanh", 2, 8, loop<1, tanh, 1>}},
                                                   &BENCH_JOIN(rungs_, EBB_KERNELS)};

}  // namespace ebb::tools::benchmark
