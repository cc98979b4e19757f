#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <map>
#include <memory>
#include <tensor/machine/storage.hpp>
#include <thread>
#include <tools/benchmark/machine/pinned.hpp>
#include <tools/benchmark/rungs/loops.hpp>
#include <tools/benchmark/suites/peak.hpp>
#include <tools/benchmark/suites/suites.hpp>

namespace ebb::tools::benchmark {
namespace {

// Memory of one thread, which the arrays of a loop share. Their starts differ in the address's low
// bits: at equal ones a load would wait for the store before it.
class Arrays final {
 public:
  explicit Arrays(std::int64_t bytes) {
    const std::int64_t floats = std::max<std::int64_t>(bytes / 4, most * 64) + most * gap;
    block_ = ebb::allocate(static_cast<std::size_t>(4 * floats));
    std::fill_n(array(0, 0), floats, 1.0F);
  }
  // The one with this number, of n floats each.
  float* array(int number, std::int64_t n) const {
    return static_cast<float*>(block_->data()) + number * (n + gap);
  }

 private:
  static constexpr std::int64_t most = 4, gap = 256;
  std::shared_ptr<ebb::Storage> block_;
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
  std::vector<Arrays> arrays;
  for (int i = 0; i < threads; ++i) arrays.emplace_back(level.bytes);
  const auto at = [&](int thread, int number, std::int64_t n) {
    return arrays[static_cast<std::size_t>(thread)].array(number, n);
  };
  const std::vector<Timing> times = measure(
      {way_on_threads(level.name + " read", threads,
                      [&](int i) { keep(loops.read(at(i, 0, for_read), for_read)); }),
       way_on_threads(level.name + " copy", threads,
                      [&, n = for_copy](int i) { loops.copy(at(i, 0, n), at(i, 1, n), n); }),
       way_on_threads(
           level.name + " add", threads,
           [&, n = for_add](int i) { loops.add(at(i, 0, n), at(i, 1, n), at(i, 2, n), n); }),
       way_on_threads(level.name + " update", threads,
                      [&, n = for_update](int i) {
                        loops.update(at(i, 0, n), at(i, 1, n), at(i, 2, n), at(i, 3, n), n);
                      })},
      context.effort);
  level.read = gigabytes(4 * for_read, threads, times[0]);
  level.copy = gigabytes(8 * for_copy, threads, times[1]);
  level.add = gigabytes(12 * for_add, threads, times[2]);
  level.update = gigabytes(28 * for_update, threads, times[3]);
}

double measure_gflops(const Context& context) {
  const Loops& loops = loops_in_use();
  const std::vector<Timing> times = measure(
      {way_on_threads("multiply-adds", context.threads, [&](int) { keep(loops.fma(1000)); })},
      context.effort);
  return 2e-9 * 1000 * static_cast<double>(loops.multiply_adds) * context.threads /
         times[0].minimum;
}

// What one thread tells another costs more where their cores share no cache, and a virtual
// machine's cores may move while it runs.
double measure_round_trip(const Context& context) {
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
  if (threads > 1) result.round_trip = measure_round_trip(context);
  for (Level& level : result.levels) measure_level(level, context);
  return result;
}

Peak& known_peak(const Context& context) {
  static std::map<int, Peak> known;
  auto found = known.find(context.threads);
  if (found == known.end()) found = known.emplace(context.threads, measure_peak(context)).first;
  return found->second;
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

const Peak& peak(const Context& context) { return known_peak(context); }

const Peak& peak_again(const Context& context) {
  Peak& known = known_peak(context);
  const Pinned pinned = pin_own_threads(context.threads);
  known.gflops = std::max(known.gflops, measure_gflops(context));
  return known;
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
  if (context.threads > 1)
    context.report.note(
        "round trip", roof.round_trip,
        fmt::format("a word from one core to another and back: {:.0f} ns", roof.round_trip * 1e9));
}

}  // namespace ebb::tools::benchmark
