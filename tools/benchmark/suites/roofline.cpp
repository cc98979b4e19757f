// What Ebb's work does per second, against what the machine could do given how often each byte is
// used: the roof is the bandwidth of the level in which the bytes lie, or the multiply-adds.
#include <fmt/format.h>

#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <functional>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adam.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tools/benchmark/machine/pinned.hpp>
#include <tools/benchmark/plots/plots.hpp>
#include <tools/benchmark/suites/peak.hpp>
#include <tools/benchmark/suites/suites.hpp>

namespace ebb::tools::benchmark {
namespace {

using ebb::Tensor, ebb::Shape;

// A byte counts once, however often a cache brings it.
struct Job {
  std::string name;
  double flop;
  std::int64_t bytes;
  std::function<void()> work;
};

Tensor some(const Shape& shape) {
  ebb::Random random{1};
  return ebb::rand(shape, random);
}

Job layer(std::int64_t batch) {
  constexpr std::int64_t in = 784, out = 256;
  const Tensor x = some({batch, in}), weight = some({out, in}), bias = some({out});
  return {fmt::format("layer, batch {}", batch), static_cast<double>(2 * batch * in * out),
          4 * (batch * in + out * in + out + batch * out), [=] { keep(linear(x, weight, bias)); }};
}

Job product(std::int64_t side) {
  const Tensor a = some({side, side}), b = some({side, side});
  return {fmt::format("{}³", side), static_cast<double>(2 * side * side * side),
          4 * 3 * side * side, [=] { keep(matmul(a, b)); }};
}

std::vector<Job> elementwise(std::int64_t n, const std::string& size) {
  const Tensor x = some({n}), y = some({n});
  const auto count = static_cast<double>(n);
  // Its polynomial and what stands around it are 20 multiplications and additions.
  constexpr double flop_of_exp = 20;
  return {{"sum" + size, count, 4 * n, [=] { keep(sum(x)); }},
          {"x + y" + size, count, 12 * n, [=] { keep(x + y); }},
          {"exp" + size, flop_of_exp * count, 8 * n, [=] { keep(exp(x)); }}};
}

// A step of the weights of a layer, their gradients at hand.
Job adam(std::int64_t in, std::int64_t out, const std::string& size) {
  auto layer = std::make_shared<ebb::nn::Linear>(in, out);
  initialize(*layer, {.seed = 1});
  auto optimizer = std::make_shared<ebb::nn::Adam>(*layer);
  const auto gradients =
      std::make_shared<ebb::Gradients>(backward(sum((*layer)(ebb::Variable(some({1, in}))))));
  const std::int64_t weights = in * out + out;
  // Two moving averages, a square root, a division and the step; four numbers read, three written.
  return {"Adam" + size, 12.0 * static_cast<double>(weights), 28 * weights,
          [=] { optimizer->step(*gradients); }};
}

std::vector<Job> all_jobs(bool quick) {
  std::vector<Job> jobs = {layer(1), layer(32), layer(128), adam(784, 512, "")};
  for (std::int64_t side :
       quick ? std::vector<std::int64_t>{64} : std::vector<std::int64_t>{512, 2048})
    jobs.push_back(product(side));
  for (const Job& job : elementwise(100'000, ", 1e5")) jobs.push_back(job);
  if (quick) return jobs;
  for (const Job& job : elementwise(30'000'000, ", 3e7")) jobs.push_back(job);
  return jobs;
}

}  // namespace

void run_roofline(Context& context) {
  const Peak& roof = peak(context);
  RooflinePlot plot;
  for (const Level& level : roof.levels) plot.levels.push_back({level.name, level.best()});
  context.report.begin_table("work under its roof", {{"work", 0, 16},
                                                     {"FLOP/byte", 2},
                                                     {"lies in", 0},
                                                     {"GFLOP/s", 1},
                                                     {"median GFLOP/s", 1},
                                                     {"roof GFLOP/s", 1},
                                                     {"share of roof", 2}});
  const std::vector<Job> jobs = all_jobs(context.options.quick);
  const Pinned pinned = pin_own_threads(context.threads);
  for (const Job& job : jobs) {
    const Timing time = measure({way(job.name, job.work)}, context.effort)[0];
    const double per_byte = job.flop / static_cast<double>(job.bytes);
    const double gflops = 1e-9 * job.flop / time.minimum;
    const Level& level = roof.level_of(job.bytes, context.threads);
    const auto place = static_cast<std::size_t>(&level - roof.levels.data());
    const double limit = std::min(roof.gflops, per_byte * plot.levels[place].gigabytes);
    context.report.add({job.name, per_byte, level.name, gflops, 1e-9 * job.flop / time.median,
                        limit, gflops / limit});
    plot.work.push_back({job.name, per_byte, gflops, static_cast<int>(place)});
  }
  plot.title = "Under the roof: what each byte allows, and what Ebb does";
  plot.peak_gflops = roof.gflops;
  plot.footer =
      fmt::format("float32, {}, {} thread{}, {}; a color for each level that the bytes lie in",
                  context.isa, context.threads, context.threads == 1 ? "" : "s", processor_name());
  context.report.draw(draw(plot));
}

}  // namespace ebb::tools::benchmark
