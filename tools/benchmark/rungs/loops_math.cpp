// xsimd's functions, one vector after the other. Compiled once per instruction set.
#include <tools/benchmark/rungs/loops_simd.hpp>

namespace ebb::tools::benchmark {
namespace {

struct Exp {
  Vector operator()(const Vector& x) const { return xsimd::exp(x); }
};
struct Log {
  Vector operator()(const Vector& x) const { return xsimd::log(x); }
};
struct Sigmoid {
  Vector operator()(const Vector& x) const { return 1 / (1 + xsimd::exp(-x)); }
};
struct Sqrt {
  Vector operator()(const Vector& x) const { return xsimd::sqrt(x); }
};
struct Tanh {
  Vector operator()(const Vector& x) const { return xsimd::tanh(x); }
};

template <class F>
void loop(float* y, const float* x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i += width) F{}(Vector::load_aligned(x + i)).store_aligned(y + i);
}

}  // namespace

namespace EBB_KERNELS {
extern const MathLoops math_loops;
constexpr MathLoops math_loops = {BENCH_NAME(EBB_KERNELS), loop<Exp>,  loop<Log>,
                                  loop<Sigmoid>,           loop<Sqrt>, loop<Tanh>};
}  // namespace EBB_KERNELS

}  // namespace ebb::tools::benchmark
