// What the tape costs: by itself, and in a training step.
#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/matmul.hpp>
#include <tensor/random.hpp>
#include <tools/benchmark/machine/counted_new.hpp>
#include <tools/benchmark/suites/suites.hpp>
#include <tools/benchmark/suites/training.hpp>

namespace ebb::tools::benchmark {
namespace {

using ebb::Tensor, ebb::Variable;

constexpr int chain = 64;  // operations, one on the result of the other

// Small enough that the loops over numbers cost next to nothing.
struct Operation {
  const char* name;
  Tensor (*on_tensor)(const Tensor& x, const Tensor& other);
  Variable (*on_variable)(const Variable& x, const Variable& other);
};
const Operation operations[] = {
    {"negate", [](const Tensor& x, const Tensor&) { return -x; },
     [](const Variable& x, const Variable&) { return -x; }},
    {"tanh", [](const Tensor& x, const Tensor&) { return tanh(x); },
     [](const Variable& x, const Variable&) { return tanh(x); }},
    {"multiply", [](const Tensor& x, const Tensor& other) { return x * other; },
     [](const Variable& x, const Variable& other) { return x * other; }},
    {"matmul", [](const Tensor& x, const Tensor& other) { return matmul(x, other); },
     [](const Variable& x, const Variable& other) { return matmul(x, other); }}};

template <class X, class Operate>
X chain_of(X x, const X& other, const Operate& operate) {
  for (int i = 0; i < chain; ++i) x = operate(x, other);
  return x;
}

template <class Work>
double calls_per_operation(const Work& work) {
  static_cast<void>(work());
  const std::uint64_t before = calls_of_new();
  for (int i = 0; i < 16; ++i) static_cast<void>(work());
  return static_cast<double>(calls_of_new() - before) / (16 * chain);
}

void report_operations(Context& context) {
  context.report.begin_table("a recorded operation on four numbers", {{"operation", 0, 10},
                                                                      {"on tensors ns", 0},
                                                                      {"recorded ns", 0},
                                                                      {"with backward ns", 0},
                                                                      {"recorded/tensors"},
                                                                      {"new/recorded", 1},
                                                                      {"new/with backward", 1}});
  ebb::Random random{1};
  const Tensor x = ebb::rand({2, 2}, random), other = ebb::rand({2, 2}, random);
  const Variable leaf = ebb::leaf(x), other_leaf = ebb::leaf(other);
  const std::vector<Variable> seed = {Variable(ebb::ones({2, 2}))};
  for (const Operation& operation : operations) {
    const auto record = [&] { return chain_of(leaf, other_leaf, operation.on_variable); };
    const auto and_back = [&] {
      const Variable y = record();
      keep(gradients(y, {leaf}, {.seed = seed[0]}));
    };
    const auto times =
        measure({way("tensors", [&] { keep(chain_of(x, other, operation.on_tensor)); }),
                 way("recorded", [&] { keep(record()); }), way("with backward", and_back)},
                context.effort);
    const auto ns = [](const Timing& timing) { return 1e9 * timing.minimum / chain; };
    context.report.add({operation.name, ns(times[0]), ns(times[1]), ns(times[2]),
                        times[1].minimum / times[0].minimum, calls_per_operation(record),
                        calls_per_operation(and_back)});
  }
}

// Eight batches in turn, so that no step finds its images where the one before left them.
void report_steps(Context& context) {
  context.report.begin_table("a training step through modules and tape, against one by hand",
                             {{"model", 0, 6},
                              {"batch", 0, 6},
                              {"by hand us", 1},
                              {"median us", 1},
                              {"tape us", 1},
                              {"median us ", 1},
                              {"ratio", 3},
                              {"median ratio", 3},
                              {"new/step", 0}});
  Effort effort = context.effort;
  if (!context.options.quick) effort.rounds = 25, effort.seconds = 0.02;
  for (const Model model : {Model::ae, Model::vae})
    for (const std::int64_t batch : {1, 32, 128, 512}) {
      if (context.options.quick && batch > 32) continue;
      ebb::Random random{2};
      std::vector<Tensor> batches;
      for (int i = 0; i < 8; ++i) batches.push_back(ebb::rand({batch, pixels}, random));
      std::size_t turn = 0, bare_turn = 0;
      Training training(model);
      BareTraining bare(training, batch);
      const auto step = [&] { training.step(batches[turn++ % 8]); };
      const auto times = measure(
          {way("by hand", [&] { bare.step(batches[bare_turn++ % 8].data<float>(), batch); }),
           way("tape", step)},
          effort);
      const std::uint64_t before = calls_of_new();
      step();
      context.report.add({name_of(model), batch, 1e6 * times[0].minimum, 1e6 * times[0].median,
                          1e6 * times[1].minimum, 1e6 * times[1].median,
                          times[1].minimum / times[0].minimum, times[1].median / times[0].median,
                          static_cast<std::int64_t>(calls_of_new() - before)});
    }
}

}  // namespace

void run_tape(Context& context) {
  report_operations(context);
  report_steps(context);
}

}  // namespace ebb::tools::benchmark
