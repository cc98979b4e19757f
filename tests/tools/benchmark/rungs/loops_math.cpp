#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <tensor/machine/isa.hpp>
#include <tools/benchmark/rungs/loops.hpp>

using namespace ebb::tools;

TEST_CASE("bench loops: xsimd's functions are those of the kernels in use") {
  CHECK(std::string(benchmark::math_loops_in_use().isa) == ebb::kernels_in_use().name);
}

TEST_CASE("bench loops: each function is what its name says") {
  struct Case {
    benchmark::MathLoops::Loop loop;
    double (*function)(double);
  };
  const benchmark::MathLoops& loops = benchmark::math_loops_in_use();
  const Case cases[] = {{loops.exp, std::exp},
                        {loops.log, std::log},
                        {loops.sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }},
                        {loops.sqrt, std::sqrt},
                        {loops.tanh, std::tanh}};
  alignas(64) float x[128], y[128];
  for (int i = 0; i < 128; ++i) x[i] = 0.03F * static_cast<float>(i + 1);
  for (const Case& each : cases) {
    each.loop(y, x, 128);
    for (int i = 0; i < 128; ++i)
      CHECK(static_cast<double>(y[i]) ==
            doctest::Approx(each.function(static_cast<double>(x[i]))).epsilon(1e-6));
  }
}
