// Milliseconds of a training step of models beyond the dense ones, of ordinary modules with tape
// and Adam, beside the same step in other frameworks.
#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/layers/activations.hpp>
#include <nn/optimizers/adam.hpp>
#include <tensor/random.hpp>
#include <tools/benchmark/peers/twin.hpp>

namespace ebb::tools::benchmark {
namespace {

using Step = std::function<void()>;

// Steps on four batches in turn. `loss` is called with model, batch and pass.
template <class Model, class Batch, class Loss>
Step steps_of(Model model, std::vector<Batch> batches, const Loss& loss) {
  struct Training {
    Model model;
    std::vector<Batch> batches;
    nn::Adam adam;
    Random noise{1};
    std::size_t turn = 0;
  };
  nn::initialize(model, {.seed = 1});
  nn::Adam adam{model};  // holds the leaves, which stay when the model moves
  const auto training =
      std::make_shared<Training>(Training{std::move(model), std::move(batches), std::move(adam)});
  return [training, loss] {
    Training& t = *training;
    nn::Pass pass{t.noise, true};
    t.adam.step(backward(loss(t.model, t.batches[t.turn++ % t.batches.size()], pass)), pass);
  };
}

template <class Make>
auto four(const Make& make) {
  Random random{2};
  return std::vector{make(random), make(random), make(random), make(random)};
}

// Burda et al.'s importance-weighted autoencoder, 784-200-200-50.
Step importance_weighted(std::int64_t batch) {
  using nn::Linear, nn::Sequential, nn::Tanh;
  models::VariationalAutoencoder model{
      {Sequential{Linear{784, 200}, Tanh{}, Linear{200, 200}, Tanh{}}, 200, 50},
      {Sequential{Linear{50, 200}, Tanh{}, Linear{200, 200}, Tanh{}}, Linear{200, 784}}};
  return steps_of(
      std::move(model), four([&](Random& random) {
        return rand({batch, 784}, random) > 0.8;
      }),
      [](const auto& m, const Tensor& x, nn::Pass& pass) { return -mean(m.bound(x, 50, pass)); });
}

struct Job {
  const char* name;
  std::int64_t batch;
  Step (*make)(std::int64_t batch);
};
constexpr Job jobs[] = {{"iwae", 20, importance_weighted}};

}  // namespace

void run_steps(Context& context) {
  const std::vector<Twin> twins = find_twins(context.options, "wide_", ".py");
  Columns columns = {"job", "batch", "threads", "ms_per_step", "median ms"};
  for (const Twin& twin : twins)
    columns.insert(columns.end(), {twin.name + " ms", twin.name + "/Ebb"});
  context.report.begin_table("milliseconds per training step", columns);
  const bool quick = context.options.quick;
  const int steps = quick ? 1 : 20, rounds = quick ? 1 : 3;
  for (const Job& job : jobs) {
    if (std::string(job.name).find(context.options.only) == std::string::npos) continue;
    const Step step = job.make(quick ? 2 : job.batch);
    std::vector<Way> ways = {{"Ebb", [&](std::int64_t) {
                                const double begin = seconds_now();
                                for (int i = 0; i < steps; ++i) step();
                                return (seconds_now() - begin) / steps;
                              }}};
    for (const Twin& twin : twins)
      ways.push_back({twin.name, [&](std::int64_t) {
                        return 1e-3 * ask(twin,
                                          {job.name, std::to_string(job.batch),
                                           std::to_string(context.threads), std::to_string(steps)},
                                          "ms_per_step");
                      }});
    const std::vector<Timing> times =
        measure(ways, {.rounds = rounds, .seconds = 0, .longest_call = 3600});
    std::vector<Cell> line = {job.name, job.batch, std::int64_t{context.threads},
                              1e3 * times[0].minimum, 1e3 * times[0].median};
    for (std::size_t i = 1; i < times.size(); ++i)
      line.insert(line.end(), {1e3 * times[i].minimum, times[i].minimum / times[0].minimum});
    context.report.add(line);
  }
}

}  // namespace ebb::tools::benchmark
