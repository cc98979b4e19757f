#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <tensor/storage.hpp>
#include <tools/benchmark/loops.hpp>
#include <tools/benchmark/peak.hpp>
#include <tools/benchmark/suites.hpp>

namespace bench {
namespace {

using Block = std::shared_ptr<ebb::Storage>;

// Four arrays of n floats for one thread. Their starts differ in the address's low bits: at equal
// ones a load would wait for the store before it.
struct Arrays {
  explicit Arrays(std::int64_t n)
      : block(ebb::allocate(static_cast<std::size_t>(4 * (4 * n + 4 * gap)))),
        y(static_cast<float*>(block->data())),
        a(y + n + gap),
        b(a + n + gap),
        c(b + n + gap) {
    std::fill(y, c + n, 1.0F);
  }
  static constexpr std::int64_t gap = 256;
  Block block;
  float *y, *a, *b, *c;
};

// Floats per array, a multiple of 64, when `arrays` of them share so many bytes.
std::int64_t length(std::int64_t bytes, int arrays) {
  return std::max<std::int64_t>(64, bytes / 4 / arrays / 64 * 64);
}

double gigabytes(std::int64_t bytes, int threads, const Timing& timing) {
  return static_cast<double>(bytes) * threads / timing.minimum * 1e-9;
}

void measure_level(Level& level, const Context& context) {
  const Loops& loops = loops_in_use();
  const int threads = context.threads;
  const std::int64_t for_read = length(level.bytes, 1), for_copy = length(level.bytes, 2),
                     for_add = length(level.bytes, 3), for_update = length(level.bytes, 4);
  std::vector<std::unique_ptr<Arrays>> arrays;
  for (int i = 0; i < threads; ++i) arrays.push_back(std::make_unique<Arrays>(for_copy));
  const auto of = [&](int thread) -> Arrays& { return *arrays[static_cast<std::size_t>(thread)]; };
  const std::vector<Timing> times = measure(
      {way_on_threads(level.name + " read", threads,
                      [&](int thread) { keep(loops.read(of(thread).y, for_read)); }),
       way_on_threads(level.name + " copy", threads,
                      [&](int thread) { loops.copy(of(thread).y, of(thread).a, for_copy); }),
       way_on_threads(
           level.name + " add", threads,
           [&](int thread) { loops.add(of(thread).y, of(thread).a, of(thread).b, for_add); }),
       way_on_threads(level.name + " update", threads,
                      [&](int thread) {
                        loops.update(of(thread).y, of(thread).a, of(thread).b, of(thread).c,
                                     for_update);
                      })},
      context.effort);
  level.read = gigabytes(4 * for_read, threads, times[0]);
  level.copy = gigabytes(8 * for_copy, threads, times[1]);
  level.add = gigabytes(12 * for_add, threads, times[2]);
  level.update = gigabytes(28 * for_update, threads, times[3]);
}

Peak measure_peak(const Context& context) {
  const Loops& loops = loops_in_use();
  const auto [l1, l2, l3] = cache_sizes();
  Peak result;
  const std::int64_t threads = context.threads;
  const std::int64_t large =
      context.options.quick ? 2 * l2 : std::max(4 * l3, std::int64_t{1} << 27);
  result.levels = {Level{"L1", l1 / 2}, Level{"L2", std::max(l2 / 2, 4 * l1)},
                   Level{"L3", std::max(l3 / 4 / threads, 2 * l2)},
                   Level{"memory", large / threads}};
  const std::vector<Timing> times = measure(
      {way_on_threads("multiply-adds", context.threads, [&](int) { keep(loops.fma(1000)); })},
      context.effort);
  result.gflops =
      2e-9 * 1000 * static_cast<double>(loops.multiply_adds) * context.threads / times[0].minimum;
  for (Level& level : result.levels) measure_level(level, context);
  return result;
}

}  // namespace

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
  static std::map<int, Peak> known;
  auto found = known.find(context.threads);
  if (found == known.end()) found = known.emplace(context.threads, measure_peak(context)).first;
  return found->second;
}

void run_peak(Context& context) {
  const Peak& roof = peak(context);
  context.report.begin_table("bandwidth of the levels", {{"level", 0, 8},
                                                         {"KB per thread", 0},
                                                         {"read GB/s", 1},
                                                         {"copy GB/s", 1},
                                                         {"add GB/s", 1},
                                                         {"update GB/s", 1}});
  for (const Level& level : roof.levels)
    context.report.add(
        {level.name, level.bytes / 1024, level.read, level.copy, level.add, level.update});
  context.report.note("GFLOP/s", roof.gflops,
                      fmt::format("float32 multiply-adds: {:.1f} GFLOP/s", roof.gflops));
}

}  // namespace bench
