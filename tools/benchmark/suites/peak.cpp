#include <atomic>
#include <cstring>
#include <fstream>
#include <map>
#include <tensor/machine/isa.hpp>
#include <tensor/shape.hpp>
#include <thread>
#include <tools/benchmark/suites/peak.hpp>

namespace ebb::tools::benchmark {

#if defined(__x86_64__)
extern const Loops loops_avx512, loops_avx2, loops_sse2;
static const Loops* const all_loops[] = {&loops_avx512, &loops_avx2, &loops_sse2};
#else
extern const Loops loops_neon;
static const Loops* const all_loops[] = {&loops_neon};
#endif
namespace {

constexpr std::int64_t most = 4;  // arrays of a loop
// The arrays' starts differ in the address's low bits: at equal ones a load would wait for the
// store before it.
constexpr std::int64_t gap = 256;

void measure_level(Level& level, const Context& context) {
  const auto& loops = loops_in_use().memory;
  const Streams streams(std::max<std::int64_t>(4 * 64, level.bytes / 4), context.threads);
  const auto length = [&](const Loop& loop) {
    return std::max<std::int64_t>(64, level.bytes / 4 / loop.arrays / 64 * 64);
  };
  std::vector<Way> ways;
  for (const Loop& loop : loops) ways.push_back(streams.way(loop, length(loop)));
  const std::vector<Timing> times = measure(ways, context.effort);
  for (std::size_t i = 0; i < times.size(); ++i)
    level.rate[i] = streams.gigabytes_per_second(loops[i], length(loops[i]), times[i]);
}

double measure_gflops(const Context& context) {
  const Loops& loops = loops_in_use();
  const Way way = way_on_threads("multiply-adds", context.threads,
                                 [&](int) { keep(loops.multiply_add(1000)); });
  return 2e-9 * 1000 * static_cast<double>(loops.multiply_adds) * context.threads /
         measure({way}, context.effort)[0].minimum;
}

Peak measure_peak(const Context& context) {
  const auto [l1, l2, l3] = cache_sizes();
  const Pinned pinned = pin_own_threads(context.threads);
  Peak result;
  const std::int64_t threads = context.threads;
  const std::int64_t large =
      context.options.quick ? 2 * l2 : std::max(4 * l3, std::int64_t{1} << 27);
  result.levels = {Level{"L1", l1 / 2}, Level{"L2", std::max(l2 / 2, 4 * l1)},
                   Level{"L3", std::max(l3 / 4 / threads, 2 * l2)},
                   Level{"memory", large / threads}};
  result.gflops = measure_gflops(context);
  result.round_trip = round_trip(context);
  for (Level& level : result.levels) measure_level(level, context);
  return result;
}

std::map<int, Peak> known;  // by threads

}  // namespace

const Loops& loops_in_use() {
  for (const Loops* loops : all_loops)
    if (std::strcmp(loops->isa, kernels_in_use().name) == 0) return *loops;
  throw std::runtime_error("no loops for the kernels in use");
}

double round_trip(const Context& context) {
  if (context.threads == 1) return 0;
  struct alignas(64) Word {
    std::atomic<std::int64_t> value{0};
  } words[2];
  const auto wait_for = [](const Word& word, std::int64_t value) {
    for (int waited = 0; word.value.load() != value;)
      if (waited < 1000)
        ++waited;
      else
        std::this_thread::yield();
  };
  const Way way = way_on_threads("round trip", context.threads, [&](int thread) {
    if (thread > 1) return;
    Word& own = words[thread];
    const std::int64_t next = own.value.load() + 1;
    if (thread == 1) wait_for(words[0], next);
    own.value = next;
    if (thread == 0) wait_for(words[1], next);
  });
  return measure({way}, context.effort)[0].minimum;
}

Streams::Streams(std::int64_t floats, int threads)
    : threads_(threads),
      part_(divide_up(floats, 64) * 64 + most * gap),
      block_(allocate(static_cast<std::size_t>(part_ * threads) * sizeof(float))) {
  float* const numbers = static_cast<float*>(block_->data());
  for (std::int64_t i = 0; i < part_ * threads; ++i)  // where every function is defined
    numbers[i] = 0.5F + static_cast<float>(i % 1024) / 512;
}

Way Streams::way(const Loop& loop, std::int64_t n) const {
  return way_on_threads(loop.name, threads_, [this, loop, n](int thread) {
    std::array<float*, most> arrays;
    float* const begin = static_cast<float*>(block_->data()) + thread * part_;
    for (int i = 0; i < loop.arrays; ++i)
      arrays[static_cast<std::size_t>(i)] = begin + i * (n + gap);
    keep(loop.run(arrays.data(), n));
  });
}

double Streams::gigabytes_per_second(const Loop& loop, std::int64_t n, const Timing& timing) const {
  return 1e-9 * static_cast<double>(loop.bytes * n * threads_) / timing.minimum;
}

std::array<std::int64_t, 3> cache_sizes() {
  std::array<std::int64_t, 3> sizes = {32 << 10, 1 << 20, 16 << 20};
  for (int index = 0; index < 8; ++index) {
    const std::string folder = fmt::format("/sys/devices/system/cpu/cpu0/cache/index{}/", index);
    std::size_t level = 0;
    std::string type, unit;
    std::int64_t size = 0;
    std::ifstream(folder + "level") >> level;
    std::ifstream(folder + "type") >> type;
    std::ifstream(folder + "size") >> size >> unit;
    if (level >= 1 && level <= 3 && type != "Instruction" && size > 0)
      sizes[level - 1] = size * (unit == "M" ? 1 << 20 : 1 << 10);
  }
  return sizes;
}

const Level& Peak::level_of(std::int64_t bytes, int threads) const {
  const auto [l1, l2, l3] = cache_sizes();
  const std::int64_t share = bytes / threads;
  return levels[share <= l1 ? 0 : share <= l2 ? 1 : bytes <= l3 ? 2 : 3];
}

const Peak& peak(const Context& context) {
  if (!known.contains(context.threads)) known[context.threads] = measure_peak(context);
  return known[context.threads];
}

const Peak& peak_again(const Context& context) {
  peak(context);
  double& gflops = known[context.threads].gflops;
  const Pinned pinned = pin_own_threads(context.threads);
  gflops = std::max(gflops, measure_gflops(context));
  return known[context.threads];
}

void run_peak(Context& context) {
  const Peak& roof = peak(context);
  context.report.begin_table(
      "bandwidth of the levels",
      {"level", "KB per thread", "read GB/s:1", "copy GB/s:1", "add GB/s:1", "update GB/s:1"});
  for (const Level& level : roof.levels)
    context.report.add({level.name, level.bytes / 1024, level.rate[0], level.rate[1], level.rate[2],
                        level.rate[3]});
  context.report.note("GFLOP/s", roof.gflops,
                      fmt::format("float32 multiply-adds: {:.1f} GFLOP/s", roof.gflops));
  if (context.threads > 1)
    context.report.note(
        "round trip", roof.round_trip,
        fmt::format("a word from one core to another and back: {:.0f} ns", roof.round_trip * 1e9));
}

}  // namespace ebb::tools::benchmark
