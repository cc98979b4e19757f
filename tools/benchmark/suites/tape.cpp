// What the tape costs: by itself, and in a training step.
#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/matmul.hpp>
#include <tensor/random.hpp>
#include <tools/benchmark/suites/suite.hpp>
#include <tools/benchmark/suites/training.hpp>
#include <tools/common/counted_new.hpp>

namespace ebb::tools::benchmark {
namespace {

constexpr int chain = 64;  // operations, one on the result of the other

template <class X, class Operate>
X chain_of(X x, const X& other, const Operate& operate) {
  for (int i = 0; i < chain; ++i) x = operate(x, other);
  return x;
}

template <class Work>
double calls_per_operation(const Work& work) {
  work();
  const std::uint64_t before = calls_of_new();
  for (int i = 0; i < 16; ++i) work();
  return static_cast<double>(calls_of_new() - before) / (16 * chain);
}

// Small enough that the loops over numbers cost next to nothing.
template <class Operate>
void report_operation(Context& context, const char* name, const Operate& operate) {
  Random random{1};
  const Tensor x = rand({2, 2}, random), other = rand({2, 2}, random);
  const Variable leaf = ebb::leaf(x), other_leaf = ebb::leaf(other), seed(ones({2, 2}));
  const auto record = [&] { return chain_of(leaf, other_leaf, operate); };
  const auto recorded = [&] { keep(record()); };
  const auto and_back = [&] {
    const Variable y = record();
    keep(gradients(y, {leaf}, {.seed = seed}));
  };
  const auto times = measure({way("tensors", [&] { keep(chain_of(x, other, operate)); }),
                              way("recorded", recorded), way("with backward", and_back)},
                             context.effort);
  const auto ns = [](const Timing& timing) { return 1e9 * timing.minimum / chain; };
  context.report.add({name, ns(times[0]), ns(times[1]), ns(times[2]),
                      times[1].minimum / times[0].minimum, calls_per_operation(recorded),
                      calls_per_operation(and_back)});
}

// Eight batches in turn, so that no step finds its images where the one before left them.
void report_step(Context& context, Model model, std::int64_t batch) {
  Effort effort = context.effort;
  if (!context.options.quick) effort.rounds = 25, effort.seconds = 0.02;
  Random random{2};
  std::vector<Tensor> batches;
  for (int i = 0; i < 8; ++i) batches.push_back(rand({batch, pixels}, random));
  std::size_t turn = 0, bare_turn = 0;
  Training training(model);
  const auto bare = bare::by_hand(training.model(), batch);
  const auto step = [&] { training.step(batches[turn++ % 8]); };
  const auto times = measure(
      {way("by hand", [&] { bare->step(batches[bare_turn++ % 8]); }), way("tape", step)}, effort);
  const std::uint64_t before = calls_of_new();
  step();
  context.report.add({name_of(model), batch, 1e6 * times[0].minimum, 1e6 * times[0].median,
                      1e6 * times[1].minimum, 1e6 * times[1].median,
                      times[1].minimum / times[0].minimum, times[1].median / times[0].median,
                      static_cast<std::int64_t>(calls_of_new() - before)});
}

}  // namespace

void run_tape(Context& context) {
  context.report.begin_table("a recorded operation on four numbers",
                             {"operation", "on tensors ns:0", "recorded ns:0", "with backward ns:0",
                              "recorded/tensors", "new/recorded:1", "new/with backward:1"});
  report_operation(context, "negate", [](const auto& x, const auto&) { return -x; });
  report_operation(context, "tanh", [](const auto& x, const auto&) { return tanh(x); });
  report_operation(context, "multiply", [](const auto& x, const auto& other) { return x * other; });
  report_operation(context, "matmul",
                   [](const auto& x, const auto& other) { return matmul(x, other); });
  context.report.begin_table("a training step through modules and tape, against one by hand",
                             {"model", "batch", "by hand us:1", "median us:1", "tape us:1",
                              "median us :1", "ratio:3", "median ratio:3", "new/step:0"});
  for (const Model model : {Model::ae, Model::vae})
    for (const std::int64_t batch : {1, 32, 128, 512})
      if (!context.options.quick || batch <= 32) report_step(context, model, batch);
}

}  // namespace ebb::tools::benchmark
