#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/normalization.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/pass.hpp>
#include <nn/sequential.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tests/tensor/support.hpp>
#include <tools/training/checkpoints/state.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// A small model with weights and buffers, and all that learns with it.
struct Learning {
  explicit Learning(std::uint64_t seed) {
    nn::initialize(net, {.seed = seed});
    options.keep = "best";
    options.schedule = "plateau";
    adam = std::make_unique<nn::Adam>(net, nn::AdamOptions{.learning_rate = 0.1});
    average.emplace(net, nn::AverageOptions{.decay = 0.9});
    selection.emplace(options, net);
    snapshot = std::make_unique<Snapshot>(net, *adam, &*average);
  }
  void step(Random& noise) {
    nn::Pass pass{noise, true};
    const Variable loss = sum(square(net(rand({4, 3}, noise), pass)));
    adam->step(backward(loss), pass);
    average->update();
  }
  RunState state() { return {&net, adam.get(), &*average, &*selection}; }

  nn::Sequential net{nn::Linear{3, 4}, nn::BatchNorm1d{4}, nn::Linear{4, 1}};
  TrainOptions options;
  std::unique_ptr<nn::Adam> adam;
  std::optional<nn::Average> average;
  std::optional<Selection> selection;
  std::unique_ptr<Snapshot> snapshot;
};

void write(const std::string& folder, const Checkpoint& checkpoint) {
  nn::write_safetensors(folder + "/model.safetensors", checkpoint.model, {.wide_integers = true});
  nn::write_safetensors(folder + "/state.safetensors", checkpoint.state);
}

void check_same(const nn::NamedTensors& a, const nn::NamedTensors& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].first == b[i].first);
    CHECK_MESSAGE(same_bits(a[i].second, b[i].second), a[i].first);
  }
}

}  // namespace

TEST_CASE("state: a run goes on from its checkpoint to the same state, bit for bit") {
  const TemporaryFolder place;
  Learning one(1), other(2);
  Position at;
  at.noise = {UINT64_MAX, 1ull << 40 | 7, 5};
  for (int i = 0; i < 3; ++i) one.step(at.noise);
  one.selection->see(1, 0.25);
  one.selection->see(2, 0.5);
  at.steps = 3;
  at.metrics.add("loss", 0.1, 7);
  one.snapshot->take(at);
  write(place.path(), checkpoint_of(*one.snapshot, *one.selection, 1.5));

  RunState state = other.state();
  restore(place.path(), state);
  CHECK(state.at.steps == 3);
  CHECK(state.seconds == 1.5);
  CHECK(state.at.metrics.mean("loss") == at.metrics.mean("loss"));
  CHECK(other.selection->state().best_epoch == 1);
  CHECK(other.selection->state().best == 0.25);
  one.step(at.noise);
  other.step(state.at.noise);
  for (Learning* const each : {&one, &other}) each->selection->see(3, 0.75);
  at.steps = state.at.steps = 4;
  one.snapshot->take(at);
  other.snapshot->take(state.at);
  const Checkpoint a = checkpoint_of(*one.snapshot, *one.selection, 2),
                   b = checkpoint_of(*other.snapshot, *other.selection, 2);
  CHECK(a.steps == 4);
  check_same(a.model, b.model);
  check_same(a.state, b.state);
}

TEST_CASE("state: a checkpoint keeps its numbers while the run goes on") {
  Learning run(1);
  Position at;
  run.snapshot->take(at);
  const Checkpoint checkpoint = checkpoint_of(*run.snapshot, *run.selection, 0);
  const std::vector<float> before = checkpoint.model[0].second.to_vector<float>();
  run.step(at.noise);
  run.snapshot->take(at);
  CHECK(checkpoint.model[0].second.to_vector<float>() == before);
}

TEST_CASE("state: another model's, and one that lacks something, is refused") {
  const TemporaryFolder place;
  Learning run(1);
  run.snapshot->take({});
  Checkpoint checkpoint = checkpoint_of(*run.snapshot, *run.selection, 0);
  std::erase_if(checkpoint.state, [](const auto& each) { return each.first == "run.position"; });
  write(place.path(), checkpoint);
  RunState state = run.state();
  CHECK_THROWS_WITH_AS(restore(place.path(), state),
                       ("resume: " + (place.path() / "state.safetensors").string() +
                        ": it has no run.position [4, 2] int32")
                           .c_str(),
                       FormatError);
  nn::Linear small(1, 1);
  nn::initialize(small);
  state.model = &small;
  CHECK_THROWS_AS(restore(place.path(), state), FormatError);
}
