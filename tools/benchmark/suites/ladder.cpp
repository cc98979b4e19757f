// The rungs of a matrix product, from three plain loops to all threads of the library.
#include <tensor/elementwise.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul.hpp>
#include <tools/benchmark/plots/plots.hpp>
#include <tools/benchmark/rungs/loops.hpp>
#include <tools/benchmark/suites/peak.hpp>

namespace ebb::tools::benchmark {
namespace {

// Halves from -7.5 to 7.5: sums of their products are exact, in whatever order, so all rungs must
// find the same. None is zero, so nothing can be skipped.
Tensor halves(std::int64_t rows, std::int64_t columns) {
  return floor(8 * numbers({rows, columns})) + 0.5;
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
  for (const Rung& rung : loops_in_use().ladder->rungs)
    result.push_back({rung.name, rung.idea, 1, zeros({m, n}), [=](Tensor& c) {
                        rung.multiply(c.writable_data<float>(), a.data<float>(), b.data<float>(), m,
                                      n, k);
                      }});
  const auto product = [=](Tensor& c) { c = matmul(a, b); };
  result.push_back({"Ebb, 1 thread", "any size, balanced tiles", 1, Tensor(), product});
  if (threads > 1)
    result.push_back({fmt::format("Ebb, {} threads", threads), "every core takes part of c",
                      threads, Tensor(), product});
  return result;
}

// The bars of its picture.
std::vector<LadderPlot::Bar> measure_ladder(Context& context, const std::string& name,
                                            std::int64_t m, std::int64_t n, std::int64_t k,
                                            const Peak& one_core, const Peak& all_cores) {
  context.report.begin_table(
      fmt::format("c = a b, {}: {} x {} x {}", name, m, n, k),
      {"rung", "GFLOP/s", "median GFLOP/s", "share of peak:3", "over the one below"});
  std::vector<Climb> all = climbs(context.threads, halves(m, k), halves(k, n));
  std::vector<Way> ways;
  for (Climb& climb : all) {
    ways.push_back({climb.name, [&climb](std::int64_t calls) {
                      if (threads() != climb.threads) set_threads(climb.threads);
                      const Pinned pinned = pin_own_threads(climb.threads);
                      return way("", [&] { climb.multiply(climb.c); }).calls(calls);
                    }});
    ways.back().calls(1);
    if (climb.c.to_vector<float>() != all[0].c.to_vector<float>())
      throw std::runtime_error(fmt::format("ladder: {} differs from {}", climb.name, all[0].name));
  }
  const std::vector<Timing> times = measure(ways, context.effort);
  set_threads(context.threads);

  const double flop = 2e-9 * static_cast<double>(m * n * k);
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
  LadderPlot plot;
  plot.bars = measure_ladder(context, "square", side, side, side, one_core, all_cores);
  measure_ladder(context, "a layer, batch 128", 128, 256, 784, one_core, all_cores);
  plot.title = fmt::format("A matrix product, rung by rung: {0} × {0} times {0} × {0}", side);
  plot.footer =
      fmt::format("float32, {}, {}; × over the rung above it; dashed: multiply-adds at best",
                  context.isa, processor_name());
  plot.peaks = {{"peak of one core", "", one_core.gflops}};
  if (context.threads > 1)
    plot.peaks.push_back({fmt::format("of {} cores", context.threads), "", all_cores.gflops});
  context.report.draw(draw(plot));
}

}  // namespace ebb::tools::benchmark
