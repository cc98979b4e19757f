#include <fmt/format.h>

#include <algorithm>
#include <autograd/anomaly.hpp>
#include <autograd/gradients.hpp>
#include <autograd/scopes.hpp>
#include <cmath>
#include <limits>
#include <tensor/machine/storage.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/training/steps.hpp>

namespace ebb::tools {

namespace {

// Steps between two snapshots: few enough to repeat in a moment, many enough to cost nothing.
constexpr std::int64_t snapshot_interval = 512;

// As many as a batch has of the examples that take most.
nn::Batch longest(const nn::Dataset& data, std::int64_t batch_size) {
  std::vector<std::int64_t> order = nn::indices_between(0, data.count());
  const std::vector<std::int32_t> lengths = data.lengths();
  const auto n = std::min(batch_size, data.count());
  if (!lengths.empty())
    std::partial_sort(order.begin(), order.begin() + n, order.end(), [&](auto a, auto b) {
      return lengths[static_cast<std::size_t>(a)] > lengths[static_cast<std::size_t>(b)];
    });
  order.resize(static_cast<std::size_t>(n));
  return data.gather(order);
}

// The loss of a batch, and its gradients where it trains, for nobody.
void try_one(const Recipe& recipe, const nn::Batch& batch, bool training) {
  Random noise;
  nn::Pass pass{noise, training};
  Metrics metrics;
  std::optional<NoGrad> constants;
  if (!training) constants.emplace();
  const Variable loss = recipe.loss(recipe.prepare(batch, noise), pass, metrics);
  if (training) static_cast<void>(backward(loss));
  pass.discard();
}

// Until the end of the scope tensors may take so many bytes more.
struct Limit {
  explicit Limit(double bytes) {
    set_memory_limit(memory_use().live_bytes +
                     static_cast<std::size_t>(std::clamp(bytes, 0.0, 1e18)));
  }
  ~Limit() { set_memory_limit(std::numeric_limits<std::size_t>::max()); }
};

}  // namespace

double bytes_of_trial(const Recipe& recipe, const Datasets& data, std::int64_t batch_size,
                      std::int64_t evaluated, double available) {
  const Limit limit(available);
  reset_peak_memory();
  const std::size_t before = memory_use().live_bytes;
  try {
    try_one(recipe, longest(*data.train, batch_size), true);
    try_one(recipe, longest(*data.test, evaluated), false);
  } catch (const MemoryError& error) {
    throw UsageError(error.what());
  }
  return static_cast<double>(memory_use().peak_bytes - before);
}

Steps::Steps(Recipe& recipe, nn::Optimizer& optimizer, const StepOptions& options)
    : recipe_(recipe),
      optimizer_(optimizer),
      options_(options),
      snapshot_(recipe.model(), optimizer, options.average) {
  at_.noise = options.noise;
}

void Steps::begin(const nn::Epoch& epoch) {
  epoch_ = &epoch;
  at_.metrics = {};
  at_.batch = 0;
  snapshot_.take(at_);
}

void Steps::resume(const nn::Epoch& epoch, const Position& at) {
  epoch_ = &epoch;
  at_ = at;
  snapshot_.take(at_);
}

void Steps::take() {
  if (!try_step()) return replay();
  if (at_.steps % snapshot_interval == 0) check();
}

void Steps::check() {
  if (!divergence_.empty()) return;
  if (!snapshot_.spoiled().empty()) return replay();
  if (!at_end()) snapshot_.take(at_);  // else the next epoch begins with one
}

// False where the loss is not finite; nothing has changed then. Also false where its gradients lead
// to numbers that are not finite; then some weights may have taken the step.
bool Steps::try_step() {
  Random noise = at_.noise;
  nn::Pass pass{noise, true};
  Metrics batch;
  recipe_.advance(static_cast<double>(at_.steps) / static_cast<double>(epoch_->steps()));
  const Variable loss = recipe_.loss(recipe_.prepare(epoch_->batch(at_.batch), noise), pass, batch);
  if (!std::isfinite(loss.item())) {
    pass.discard();
    return false;
  }
  Gradients gradients = backward(loss);
  try {
    if (options_.clip_norm) gradients.clip_norm(*options_.clip_norm);
    optimizer_.step(gradients, pass);
  } catch (const MemoryError&) {
    throw;
  } catch (const Error& error) {
    pass.discard();
    refusal_ = error.what();
    return false;
  }
  if (options_.average) options_.average->update();
  at_.noise = noise;
  at_.metrics.add(batch);
  ++at_.batch;
  ++at_.steps;
  return true;
}

// Goes back to the last snapshot and repeats the steps in anomaly mode, to find the operation where
// the first NaN or infinity appears. Leaves everything as it was before that step.
void Steps::replay() {
  at_ = snapshot_.restore();
  refusal_.clear();
  const AnomalyMode anomaly;
  std::string cause = "the loss is not finite";
  try {
    while (!at_end() && try_step()) {
      if (const std::string name = snapshot_.spoiled(); !name.empty()) {
        cause = fmt::format("the first NaN or infinity is in the update of {}", name);
        at_ = snapshot_.restore();
        break;
      }
      snapshot_.take(at_);
    }
    if (!refusal_.empty()) {
      cause = refusal_.substr(0, refusal_.find(';'));
      at_ = snapshot_.restore();
    }
  } catch (const AnomalyError& error) {
    cause = error.what();
  }
  divergence_ = fmt::format("in step {}: {}", at_.steps + 1, cause);
}

}  // namespace ebb::tools
