// Vectors for the loops that are compiled once per instruction set. xsimd gets a namespace per set,
// as in the kernels, so that the linker does not take one set's functions for another's.
#pragma once

#include <cstdint>
#include <tools/benchmark/rungs/loops.hpp>

#define BENCH_PASTE(a, b) a##b
#define BENCH_JOIN(a, b) BENCH_PASTE(a, b)
#define BENCH_QUOTE(a) #a
#define BENCH_TEXT(a) BENCH_QUOTE(a)
#define xsimd BENCH_JOIN(xsimd_loops_, EBB_KERNELS)
#include <xsimd/xsimd.hpp>

namespace ebb::tools::benchmark {
namespace {

using Vector = xsimd::batch<float>;
constexpr std::int64_t width = static_cast<std::int64_t>(Vector::size);

}  // namespace
}  // namespace ebb::tools::benchmark
