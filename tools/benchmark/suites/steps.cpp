// Milliseconds of a training step of models beyond the dense ones, of ordinary modules with tape
// and Adam, beside the same step in other frameworks.
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <models/variational_autoencoder.hpp>
#include <models/variational_parts.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/convolution.hpp>
#include <nn/layers/embedding.hpp>
#include <nn/layers/flatten.hpp>
#include <nn/layers/positions.hpp>
#include <nn/layers/recurrent.hpp>
#include <nn/layers/transformer.hpp>
#include <nn/losses.hpp>
#include <nn/optimizers/adam.hpp>
#include <tensor/machine/storage.hpp>
#include <tensor/random.hpp>
#include <tools/benchmark/peers/twin.hpp>

namespace ebb::tools::benchmark {
namespace {

using Step = std::function<void()>;

// Steps on the batches in turn. `loss` is called with model, batch and pass.
template <class Model, class Batch, class Loss>
Step steps_of(Model built, const std::vector<Batch>& batches, const Loss& loss) {
  const auto model = std::make_shared<Model>(std::move(built));
  nn::initialize(*model, {.seed = 1});
  const auto adam = std::make_shared<nn::Adam>(*model);
  return [=, noise = Random{1}, turn = std::size_t{0}]() mutable {
    nn::Pass pass{noise, true};
    adam->step(backward(loss(*model, batches[turn++ % batches.size()], pass)), pass);
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
  models::VariationalParts parts{
      {Sequential{Linear{784, 200}, Tanh{}, Linear{200, 200}, Tanh{}}, 200, 50},
      {Sequential{Linear{50, 200}, Tanh{}, Linear{200, 200}, Tanh{}}, Linear{200, 784}}};
  const auto dots = four([&](Random& random) { return rand({batch, 784}, random) > 0.8; });
  return steps_of(
      models::VariationalAutoencoder(std::move(parts)), dots,
      [](const auto& m, const Tensor& x, nn::Pass& pass) { return -mean(m.bound(x, 50, pass)); });
}

// Convolutions 1-32-64 of 4 x 4 in steps of 2, a code of 16, and back.
Step convolutional(std::int64_t batch) {
  using nn::Conv2d, nn::ConvTranspose2d, nn::Linear, nn::ReLU, nn::Sequential;
  models::VariationalParts parts{
      {Sequential{Conv2d{1, 32, 4, {.stride = 2, .padding = 1}}, ReLU{},
                  Conv2d{32, 64, 4, {.stride = 2, .padding = 1}}, ReLU{}, nn::Flatten{}},
       3136, 16},
      {Sequential{Linear{16, 3136}, ReLU{}, nn::Unflatten{1, {64, 7, 7}},
                  ConvTranspose2d{64, 32, 4, {.stride = 2, .padding = 1}}, ReLU{}},
       ConvTranspose2d{32, 1, 4, {.stride = 2, .padding = 1}}}};
  const auto images = four([&](Random& random) { return rand({batch, 1, 28, 28}, random); });
  return steps_of(
      models::VariationalAutoencoder(std::move(parts)), images,
      [](const auto& m, const Tensor& x, nn::Pass& pass) { return m.loss(x, pass).loss; });
}

// Tokens [batch, steps + 1]: each is to be told from those before it.
auto tokens(std::int64_t batch, std::int64_t steps, std::int64_t vocabulary) {
  return four([=](Random& random) {
    const Tensor uniform = rand({batch, steps + 1}, random);
    return cast(floor(uniform * static_cast<double>(vocabulary)), DType::int32);
  });
}

template <class Model>
Variable next_token_loss(const Model& model, const Tensor& x, nn::Pass& pass) {
  const std::int64_t steps = x.size(1) - 1;
  const Variable logits = model(slice(x, 1, 0, steps), pass);
  return nn::cross_entropy(reshape(logits, {x.size(0) * steps, logits.size(-1)}),
                           reshape(slice(x, 1, 1, steps + 1), {x.size(0) * steps}));
}

struct Recurrent final : nn::Module {
  nn::Embedding embedding{5000, 128};
  nn::GRU gru{128, 256, {.batch_first = true}};
  nn::Linear output{256, 5000};
  Variable operator()(const Tensor& x, nn::Pass& pass) const {
    return output(gru(embedding(x), pass).output);
  }
  void visit(nn::Visitor& v) override {
    v("embedding", embedding), v("gru", gru), v("output", output);
  }
};
Step recurrent(std::int64_t batch) {
  return steps_of(Recurrent{}, tokens(batch, 32, 5000), next_token_loss<Recurrent>);
}

struct Transformer final : nn::Module {
  nn::Embedding embedding{256, 128};
  nn::LearnedPositions positions{64, 128, {.batch_first = true}};
  std::vector<nn::TransformerEncoderLayer> layers{2,
                                                  {128,
                                                   4,
                                                   {.feedforward = 512,
                                                    .dropout = 0,
                                                    .activation = nn::GELU{},
                                                    .batch_first = true,
                                                    .norm_first = true}}};
  nn::LayerNorm norm{128};
  nn::Linear output{128, 256};
  Variable operator()(const Tensor& x, nn::Pass& pass) const {
    Variable h = positions(embedding(x));
    for (const auto& layer : layers) h = layer(h, {.causal = true}, pass);
    return output(norm(h));
  }
  void visit(nn::Visitor& v) override {
    v("embedding", embedding), v("positions", positions), v("layers", layers), v("norm", norm);
    v("output", output);
  }
};
Step transformer(std::int64_t batch) {
  return steps_of(Transformer{}, tokens(batch, 64, 256), next_token_loss<Transformer>);
}

struct TrainingStep {
  const char* name;
  std::int64_t batch;
  Step (*make)(std::int64_t batch);
};
constexpr TrainingStep jobs[] = {{"convvae", 128, convolutional},
                                 {"iwae", 20, importance_weighted},
                                 {"gru", 64, recurrent},
                                 {"transformer", 32, transformer}};

}  // namespace

void run_steps(Context& context) {
  const std::vector<Twin> twins = find_twins(context.options, "wide_", ".py");
  Columns columns = {"job", "batch", "threads", "ms_per_step", "median ms", "cache misses:1"};
  for (const Twin& twin : twins)
    columns.insert(columns.end(), {twin.name + " ms", twin.name + "/Ebb"});
  context.report.begin_table("milliseconds per training step", columns);
  const bool quick = context.options.quick;
  const int steps = quick ? 1 : 20, rounds = quick ? 1 : 3;
  for (const TrainingStep& job : jobs) {
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
    const std::uint64_t misses = memory_use().misses;  // of further steps: none, if all is well
    for (int i = 0; i < steps; ++i) step();
    const double missed = static_cast<double>(memory_use().misses - misses) / steps;
    std::vector<Cell> line = {job.name,
                              job.batch,
                              std::int64_t{context.threads},
                              1e3 * times[0].minimum,
                              1e3 * times[0].median,
                              missed};
    for (std::size_t i = 1; i < times.size(); ++i)
      line.insert(line.end(), {1e3 * times[i].minimum, times[i].minimum / times[0].minimum});
    context.report.add(line);
  }
}

}  // namespace ebb::tools::benchmark
