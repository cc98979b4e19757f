// What Ebb's work does per second, against what the machine could do given how often each byte is
// used: the roof is the bandwidth of the level in which the bytes lie, or the multiply-adds.
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adam.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/matmul.hpp>
#include <tensor/reduce.hpp>
#include <tools/benchmark/plots/plots.hpp>
#include <tools/benchmark/suites/peak.hpp>

namespace ebb::tools::benchmark {
namespace {

// A byte counts once, however often a cache brings it.
struct Job {
  std::string name;
  std::int64_t flop, bytes;
  std::function<void()> work;
};

Job layer(std::int64_t batch) {
  constexpr std::int64_t in = 784, out = 256;
  const Tensor x = numbers({batch, in}), weight = numbers({out, in}), bias = numbers({out});
  return {fmt::format("layer, batch {}", batch), 2 * batch * in * out,
          4 * (batch * in + out * in + out + batch * out), [=] { keep(linear(x, weight, bias)); }};
}

Job product(std::int64_t side) {
  const Tensor a = numbers({side, side}), b = numbers({side, side});
  return {fmt::format("{}³", side), 2 * side * side * side, 4 * 3 * side * side,
          [=] { keep(matmul(a, b)); }};
}

void add_elementwise(std::vector<Job>& jobs, std::int64_t n, const std::string& size) {
  const Tensor x = numbers({n}), y = numbers({n});
  jobs.push_back({"sum, " + size, n, 4 * n, [=] { keep(sum(x)); }});
  jobs.push_back({"x + y, " + size, n, 12 * n, [=] { keep(x + y); }});
  // Its polynomial and what stands around it are 20 multiplications and additions.
  jobs.push_back({"exp, " + size, 20 * n, 8 * n, [=] { keep(exp(x)); }});
}

// A step of the weights of a layer, their gradients at hand.
Job adam(std::int64_t in, std::int64_t out) {
  auto layer = std::make_shared<nn::Linear>(in, out);
  initialize(*layer, {.seed = 1});
  auto optimizer = std::make_shared<nn::Adam>(*layer);
  const auto gradients =
      std::make_shared<Gradients>(backward(sum((*layer)(Variable(numbers({1, in}))))));
  const std::int64_t weights = in * out + out;
  // Two moving averages, a square root, a division and the step; four numbers read, three written.
  return {"Adam", 12 * weights, 28 * weights, [=] { optimizer->step(*gradients); }};
}

std::vector<Job> all_jobs(bool quick) {
  std::vector<Job> jobs = {layer(1), layer(32), layer(128), adam(784, 512),
                           product(quick ? 64 : 512)};
  if (!quick) jobs.push_back(product(2048));
  add_elementwise(jobs, 100'000, "1e5");
  if (!quick) add_elementwise(jobs, 30'000'000, "3e7");
  return jobs;
}

}  // namespace

void run_roofline(Context& context) {
  const Peak& roof = peak(context);
  RooflinePlot plot;
  for (const Level& level : roof.levels) plot.levels.push_back({level.name, level.best()});
  context.report.begin_table("work under its roof",
                             {"work", "FLOP/byte", "lies in", "GFLOP/s:1", "median GFLOP/s:1",
                              "roof GFLOP/s:1", "share of roof"});
  const std::vector<Job> jobs = all_jobs(context.options.quick);
  const Pinned pinned = pin_own_threads(context.threads);
  for (const Job& job : jobs) {
    const Timing time = measure({way(job.name, job.work)}, context.effort)[0];
    const auto flop = static_cast<double>(job.flop);
    const double per_byte = flop / static_cast<double>(job.bytes);
    const double gflops = 1e-9 * flop / time.minimum;
    const Level& level = roof.level_of(job.bytes, context.threads);
    const double limit = std::min(roof.gflops, per_byte * level.best());
    context.report.add(
        {job.name, per_byte, level.name, gflops, 1e-9 * flop / time.median, limit, gflops / limit});
    plot.work.push_back(
        {job.name, per_byte, gflops, static_cast<int>(&level - roof.levels.data())});
  }
  plot.title = "Under the roof: what each byte allows, and what Ebb does";
  plot.peak_gflops = roof.gflops;
  plot.footer =
      fmt::format("float32, {}, {} thread{}, {}; a color for each level that the bytes lie in",
                  context.isa, context.threads, context.threads == 1 ? "" : "s", processor_name());
  context.report.draw(draw(plot));
}

}  // namespace ebb::tools::benchmark
