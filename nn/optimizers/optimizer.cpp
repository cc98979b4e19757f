#include <algorithm>
#include <cfloat>
#include <cmath>
#include <nn/optimizers/optimizer.hpp>
#include <nn/pass.hpp>
#include <tensor/makers.hpp>
#include <tensor/update.hpp>

namespace ebb::nn {
namespace {

constexpr std::size_t most_names = 4;  // that a message lists

// "a [2], b [3] and 5 more"
std::string first_of(const std::vector<std::string>& names) {
  std::string list;
  const std::size_t shown = names.size() > most_names ? most_names - 1 : names.size();
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i > 0 && i + 1 == names.size();
    append(list, text(i == 0 ? "" : last ? " and " : ", ", names[i]));
  }
  return shown < names.size() ? text(list, " and ", names.size() - shown, " more") : list;
}

// [2, 17] for the element that lies there in memory.
Shape index_of(const Tensor& x, std::int64_t element) {
  Shape index = x.shape();
  for (int axis = 0; axis < x.rank(); ++axis)
    index[axis] = element / x.strides()[axis] % x.size(axis);
  return index;
}

// A leaf that is held as long as this lives; whoever it is moved to holds it from then on.
class Held final {
 public:
  explicit Held(Variable leaf) : leaf_(std::move(leaf)) { ++leaf_.node()->holders; }
  Held(Held&&) noexcept = default;
  Held& operator=(Held&& other) noexcept {
    std::swap(leaf_, other.leaf_);
    return *this;
  }
  ~Held() {
    if (leaf_.wants_gradient()) --leaf_.node()->holders;
  }

  const Variable& leaf() const { return leaf_; }
  const Node& node() const { return *leaf_.node(); }

 private:
  Variable leaf_;
};

}  // namespace

struct Optimizer::Slot {
  std::string path;
  Held held;
  std::vector<Tensor> states;  // in the memory order of the weight
  bool met = false;            // it should get a gradient, and did once

  const Tensor& weight() const { return held.leaf().value(); }
};

Optimizer::~Optimizer() = default;
Optimizer::Optimizer(Optimizer&& other) noexcept = default;
Optimizer& Optimizer::operator=(Optimizer&& other) noexcept = default;

Optimizer::Optimizer(const char* name, const Parameters& parameters, double learning_rate,
                     std::vector<Memory> states)
    : name_(name), states_(std::move(states)) {
  set_learning_rate(learning_rate);
  for (const auto& [path, parameter] : parameters) {
    if (parameter->frozen()) continue;
    if (!parameter->has_value())
      throw Error(text(name, ": ", path, ' ', parameter->shape(),
                       " has no numbers yet; call initialize(model) or load(model, path) first"));
    Slot slot = {path, Held(parameter->leaf()), {}};
    const Tensor& weight = slot.weight();
    for (const Memory& state : states_)
      slot.states.push_back(
          detail::laid_out_like(weight, full(weight.shape(), state.first, weight.dtype())));
    slots_.push_back(std::move(slot));
  }
}

// Written so that NaN is refused, too.
void Optimizer::require(const char* option, double value, double below) const {
  if (!(value >= 0 && value < below))
    throw Error(text(name_, ": a ", option, " of ", value, "; it must be at least 0 and ",
                     below < HUGE_VAL ? text("below ", below) : "finite"));
}

// Kernels take denormal numbers for 0.
void Optimizer::require_epsilon(double epsilon) const {
  double smallest = DBL_MIN, largest = DBL_MAX;
  for (const Slot& slot : slots_)
    if (slot.weight().dtype() == DType::float32) smallest = FLT_MIN, largest = FLT_MAX;
  if (!(epsilon >= smallest && epsilon <= largest))
    throw Error(text(name_, ": an epsilon of ", epsilon, "; it must be from ", smallest, " to ",
                     largest, ", try 1e-8"));
}

double Optimizer::learning_rate() const {
  return schedule_ ? learning_rate_ * schedule_(steps_) : learning_rate_;
}

void Optimizer::set_learning_rate(double rate) {
  require("learning rate", rate);
  learning_rate_ = rate;
}

void Optimizer::compare(const Gradients& gradients) const {
  std::vector<std::string> alone, idle;
  for (const auto& [leaf, gradient] : gradients.entries())
    if (leaf->learns && leaf->holders == 0)
      alone.push_back(text(leaf->where.empty() ? "a parameter" : leaf->where, ' ', leaf->shape));
  for (const Slot& slot : slots_)
    if (!slot.met && slot.held.node().learns && gradients.expects(slot.held.leaf()) &&
        !gradients.find(slot.held.leaf()))
      idle.push_back(text(slot.path, ' ', slot.held.leaf().shape()));
  std::string differences;
  if (!alone.empty())
    append(differences,
           text(": ", first_of(alone), alone.size() == 1 ? " gets" : " get",
                " a gradient but no optimizer holds ", alone.size() == 1 ? "it" : "them",
                "; try an optimizer of the whole model, made after initialize and unfreeze, or "
                "freeze that part, or backward(loss, part)"));
  if (!idle.empty())
    append(differences, text(alone.empty() ? ": " : "; ", first_of(idle),
                             idle.size() == 1 ? " is held but gets no gradient; use it"
                                              : " are held but get no gradient; use them",
                             " in the loss, or freeze that part, or try backward(loss, part)"));
  if (!differences.empty()) throw Error(name_ + differences);
}

void Optimizer::step(const Gradients& gradients) {
  // Everything that may fail comes before the first change.
  compare(gradients);
  const double rate = learning_rate();
  require("learning rate", rate);
  std::vector<const Slot*> used;
  std::vector<Tensor> found;  // gradients, some of which had to be copied
  used.reserve(slots_.size());
  found.reserve(slots_.size());
  for (const Slot& slot : slots_)
    if (const Tensor* gradient = gradients.find(slot.held.leaf());
        gradient != nullptr && slot.held.node().learns) {
      used.push_back(&slot);
      found.push_back(detail::laid_out_like(slot.weight(), *gradient));
    }
  std::vector<Update> updates;
  updates.reserve(used.size());
  for (std::size_t i = 0; i < used.size(); ++i)
    updates.push_back({used[i]->weight(), found[i], used[i]->states});

  const Refusal refusal = update(updates, rate, static_cast<double>(steps_ + 1));
  ++steps_;
  for (Slot& slot : slots_)
    slot.met |= slot.held.node().learns && gradients.expects(slot.held.leaf());
  if (refusal.tensor >= 0) refuse(refusal, *used[static_cast<std::size_t>(refusal.tensor)]);
}

void Optimizer::refuse(const Refusal& refusal, const Slot& slot) const {
  const bool is_large = std::isfinite(refusal.gradient);
  std::string cause = text("has a gradient of ", refusal.gradient);
  if (!std::isfinite(refusal.weight)) cause = text("is ", refusal.weight, " itself");
  if (is_large && std::isfinite(refusal.weight))
    append(cause, ", too large for what is remembered");
  throw Error(text(name_, ": the first NaN or infinity is in its update of ", slot.path, ", where ",
                   index_of(slot.weight(), refusal.element), ' ', cause,
                   "; such weights stay as they were, all others took the step; try ",
                   is_large ? "clip_norm, or a smaller learning rate"
                            : "AnomalyMode, which names the operation that made it"));
}

void Optimizer::step(const Gradients& gradients, Pass& pass) {
  step(gradients);
  pass.apply();
}

OptimizerState Optimizer::state() const {
  OptimizerState state = {steps_, {}};
  for (const Slot& slot : slots_)
    for (const Tensor& numbers : slot.states) state.numbers.push_back(clone(numbers));
  return state;
}

std::vector<std::string> Optimizer::state_names() const {
  std::vector<std::string> names;
  for (const Slot& slot : slots_)
    for (const Memory& state : states_) names.push_back(text(slot.path, '.', state.name));
  return names;
}

void Optimizer::restore(const OptimizerState& state) {
  if (state.steps < 0)
    throw Error(text(name_, ": there is no state after ", state.steps,
                     " steps; take it from this optimizer"));
  std::size_t count = 0;
  for (const Slot& slot : slots_)
    for (const Tensor& numbers : slot.states) {
      if (count < state.numbers.size() && (state.numbers[count].shape() != numbers.shape() ||
                                           state.numbers[count].dtype() != numbers.dtype()))
        throw Error(text(name_, ": ", slot.path, " is remembered by ", numbers.shape(), ' ',
                         numbers.dtype(), ", the state to go back to has ",
                         state.numbers[count].shape(), ' ', state.numbers[count].dtype(),
                         "; take it from this optimizer"));
      ++count;
    }
  if (count != state.numbers.size())
    throw Error(text(name_, ": it remembers ", count, " tensors, the state to go back to has ",
                     state.numbers.size(), "; take it from this optimizer"));
  std::vector<Tensor> copies;
  for (const Slot& slot : slots_)
    for (std::size_t i = 0; i < slot.states.size(); ++i)
      copies.push_back(detail::laid_out_like(slot.weight(), clone(state.numbers[copies.size()])));
  auto copy = copies.begin();
  for (Slot& slot : slots_)
    for (Tensor& numbers : slot.states) numbers = std::move(*copy++);
  steps_ = state.steps;
  // Its parameters had gradients before the state was taken, so they may miss one now.
  for (Slot& slot : slots_) slot.met |= steps_ > 0;
}

}  // namespace ebb::nn
