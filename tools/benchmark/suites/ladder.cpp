// The rungs of a matrix product, from three plain loops to all threads of the library.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul.hpp>
#include <tools/benchmark/machine/pinned.hpp>
#include <tools/benchmark/plots/plots.hpp>
#include <tools/benchmark/rungs/rungs.hpp>
#include <tools/benchmark/suites/peak.hpp>
#include <tools/benchmark/suites/suites.hpp>

namespace ebb::tools::benchmark {
namespace {

using ebb::Tensor;

struct Sizes {
  std::string name;
  std::int64_t m, n, k;
};

// Halves from -7.5 to 7.5: sums of their products are exact, in whatever order, so all rungs must
// find the same. None is zero, so nothing can be skipped.
Tensor halves(std::int64_t rows, std::int64_t columns) {
  std::vector<float> values(static_cast<std::size_t>(rows * columns));
  std::uint32_t state = 1;
  for (float& value : values) {
    state = state * 1664525u + 1013904223u;  // Numerical Recipes; the high bits are good
    value = static_cast<float>(state >> 28) - 7.5F;
  }
  return ebb::from_vector(values, {rows, columns});
}

// A rung as it is timed, and its result.
struct Climb {
  std::string name, idea;
  int threads;
  Tensor c;
  std::function<void(Tensor& c)> multiply;
};

std::vector<Climb> climbs(int threads, const Tensor& a, const Tensor& b) {
  const std::int64_t m = a.size(0), k = a.size(1), n = b.size(1);
  std::vector<Climb> result;
  for (const Rung& rung : rungs_in_use().rungs)
    result.push_back(
        {rung.name, rung.idea, 1, ebb::zeros({m, n}), [a, b, rung, m, n, k](Tensor& c) {
           rung.multiply(c.writable_data<float>(), a.data<float>(), b.data<float>(), m, n, k);
         }});
  const auto ebb = [a, b](Tensor& c) { c = matmul(a, b); };
  result.push_back({"Ebb, 1 thread", "any size, balanced tiles", 1, Tensor(), ebb});
  if (threads > 1)
    result.push_back({fmt::format("Ebb, {} threads", threads), "every core takes part of c",
                      threads, Tensor(), ebb});
  return result;
}

Way way_up(Climb& climb) {
  return {climb.name, [&climb](std::int64_t calls) {
            if (ebb::threads() != climb.threads) ebb::set_threads(climb.threads);
            const Pinned pinned = pin_own_threads(climb.threads);
            const double begin = seconds_now();
            for (std::int64_t i = 0; i < calls; ++i) climb.multiply(climb.c);
            return seconds_now() - begin;
          }};
}

void verify(std::vector<Climb>& climbs) {
  std::vector<float> expected;
  for (Climb& climb : climbs) {
    way_up(climb).calls(1);
    const std::vector<float> found = climb.c.to_vector<float>();
    if (expected.empty()) expected = found;
    if (found != expected)
      throw std::runtime_error(
          fmt::format("ladder: {} differs from {}", climb.name, climbs[0].name));
  }
}

// The bars of its picture.
std::vector<LadderPlot::Bar> measure_ladder(Context& context, const Sizes& sizes,
                                            const Peak& one_core, const Peak& all_cores) {
  context.report.begin_table(
      fmt::format("c = a b, {}: {} x {} x {}", sizes.name, sizes.m, sizes.n, sizes.k),
      {{"rung", 0, 16},
       {"GFLOP/s", 2},
       {"median GFLOP/s", 2},
       {"share of peak", 3},
       {"over the one below", 2}});
  std::vector<Climb> all =
      climbs(context.threads, halves(sizes.m, sizes.k), halves(sizes.k, sizes.n));
  verify(all);
  std::vector<Way> ways;
  for (Climb& climb : all) ways.push_back(way_up(climb));
  const std::vector<Timing> times = measure(ways, context.effort);
  ebb::set_threads(context.threads);

  const double flop = 2e-9 * static_cast<double>(sizes.m * sizes.n * sizes.k);
  std::vector<LadderPlot::Bar> bars;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double gflops = flop / times[i].minimum;
    const Peak& roof = all[i].threads == 1 ? one_core : all_cores;
    context.report.add({all[i].name, gflops, flop / times[i].median, gflops / roof.gflops,
                        i == 0 ? 1.0 : times[i - 1].minimum / times[i].minimum});
    bars.push_back({all[i].name, all[i].idea, gflops});
  }
  return bars;
}

}  // namespace

void run_ladder(Context& context) {
  Context alone = context;
  alone.threads = 1;
  const Peak one_core = peak(alone), all_cores = peak(context);
  const std::int64_t side = context.options.quick ? 64 : 512;
  const Sizes square = {"square", side, side, side}, layer = {"a layer, batch 128", 128, 256, 784};
  LadderPlot plot;
  plot.bars = measure_ladder(context, square, one_core, all_cores);
  measure_ladder(context, layer, one_core, all_cores);
  plot.title = fmt::format("A matrix product, rung by rung: {0} × {0} times {0} × {0}", side);
  plot.footer =
      fmt::format("float32, {}, {}; × over the rung above it; dashed: multiply-adds at best",
                  context.isa, processor_name());
  plot.peaks = {{"peak of one core", one_core.gflops}};
  if (context.threads > 1)
    plot.peaks.push_back({fmt::format("of {} cores", context.threads), all_cores.gflops});
  context.report.draw(draw(plot));
}

}  // namespace ebb::tools::benchmark
