#include <algorithm>
#include <cfloat>
#include <cmath>
#include <nn/optimizers/optimizer.hpp>
#include <nn/parameters.hpp>
#include <nn/pass.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/strided.hpp>
#include <tensor/views.hpp>

namespace ebb::nn {
namespace {

constexpr std::int64_t grain = 16384;  // weights of a piece

constexpr std::size_t most_names = 4;  // that a message lists

constexpr const char* not_finite = "the first NaN or infinity is";  // in its update

// NaN is in no range.
void require(const char* name, const char* option, double value, double below) {
  if (!(value >= 0 && value < below))
    throw Error(text(name, ": a ", option, " of ", value, "; it must be at least 0 and ",
                     below < INFINITY ? text("below ", below) : "finite"));
}

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

// The gradient in the memory order of its weight.
Tensor laid_out_like(const Tensor& weight, const Tensor& gradient) {
  if (gradient.strides() == weight.strides()) return gradient;
  return contiguous(permute(gradient, detail::memory_order(weight.strides())));
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
  std::vector<Tensor> states;
  bool met = false;  // it was to get a gradient, and did
};

Optimizer::~Optimizer() = default;
Optimizer::Optimizer(Optimizer&& other) noexcept = default;
Optimizer& Optimizer::operator=(Optimizer&& other) noexcept = default;

Optimizer::Optimizer(const char* name, const Module& model, double learning_rate, int states)
    : Optimizer(name, Parameters(model), learning_rate, states) {}

Optimizer::Optimizer(const char* name, const Parameters& parameters, double learning_rate,
                     int states)
    : name_(name), states_(static_cast<std::size_t>(std::max(states, 0))) {
  set_learning_rate(learning_rate);
  for (const auto& [path, parameter] : parameters) {
    if (parameter->frozen()) continue;
    if (!parameter->has_value())
      throw Error(text(name, ": ", path, ' ', parameter->shape(),
                       " has no numbers yet; call initialize(model) or load(model, path) first"));
    Slot slot = {path, Held(parameter->leaf()), {}};
    for (std::size_t i = 0; i < states_; ++i)
      slot.states.push_back(zeros({slot.held.leaf().count()}, slot.held.leaf().dtype()));
    slots_.push_back(std::move(slot));
  }
}

void Optimizer::set_learning_rate(double rate) {
  require(name_, "learning rate", rate, INFINITY);
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
  std::vector<std::pair<const Slot*, Tensor>> used;  // gradients, some of which had to be copied
  for (const Slot& slot : slots_)
    if (const Tensor* gradient = gradients.find(slot.held.leaf());
        gradient != nullptr && slot.held.node().learns)
      used.emplace_back(&slot, laid_out_like(slot.held.leaf().value(), *gradient));

  // Each thread gets a stretch of every parameter: the one whose gradient it has computed, since a
  // product is cut like this as well. What another core has written is slow to come.
  struct Piece {
    const Slot* slot;
    const Tensor* gradient;
    std::int64_t begin, count;
    std::string refusal = {};
  };
  std::vector<Piece> pieces;
  for (std::int64_t part = 0, parts = threads(); part < parts; ++part)
    for (const auto& [slot, gradient] : used) {
      const std::int64_t all = (gradient.count() + grain - 1) / grain;
      for (std::int64_t i = part * all / parts; i < (part + 1) * all / parts; ++i)
        pieces.push_back(
            {slot, &gradient, i * grain, std::min(grain, gradient.count() - i * grain)});
    }
  std::vector<void*> states;  // of every piece in turn
  states.reserve(pieces.size() * states_);
  for (const Piece& piece : pieces)
    for (const Tensor& numbers : piece.slot->states)
      states.push_back(static_cast<char*>(numbers.raw()) +
                       static_cast<std::int64_t>(size_of(numbers.dtype())) * piece.begin);

  ++steps_;
  for (Slot& slot : slots_)
    slot.met |= slot.held.node().learns && gradients.expects(slot.held.leaf());
  for (const auto& [slot, gradient] : used) slot->held.leaf().value().storage()->note_write();
  parallel_for(
      static_cast<std::int64_t>(pieces.size()), 1, [&](std::int64_t first, std::int64_t last) {
        for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
          auto& [slot, gradient, begin, count, refusal] = pieces[i];
          const DType dtype = gradient->dtype();
          const auto bytes = static_cast<std::int64_t>(size_of(dtype)) * begin;
          try {
            update(dtype, static_cast<char*>(slot->held.leaf().value().raw()) + bytes,
                   static_cast<const char*>(gradient->raw()) + bytes, states.data() + i * states_,
                   count);
          } catch (const Error& error) {
            refusal = error.what();
          }
        }
      });
  for (const Piece& piece : pieces)
    if (!piece.refusal.empty())
      throw Error(text(name_, ": ", piece.refusal, " in its update of ", piece.slot->path,
                       "; such weights stay as they were, all others took the step; try clip_norm, "
                       "or a smaller learning rate"));
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

void Optimizer::restore(const OptimizerState& state) {
  if (state.steps < 0)
    throw Error(text(name_, ": the state to go back to is that after ", state.steps,
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
  for (const Tensor& numbers : state.numbers) copies.push_back(clone(numbers));
  auto copy = copies.begin();
  for (Slot& slot : slots_)
    for (Tensor& numbers : slot.states) numbers = std::move(*copy++);
  steps_ = state.steps;
  // What learned before the state was taken may rest afterwards.
  for (Slot& slot : slots_) slot.met |= steps_ > 0;
}

SGD::SGD(const Module& model, const SGDOptions& options) : SGD(Parameters(model), options) {}

SGD::SGD(const Parameters& parameters, const SGDOptions& options)
    : Optimizer("sgd", parameters, options.learning_rate, options.momentum != 0 ? 1 : 0),
      options_(options) {
  require("sgd", "momentum", options.momentum, 1);
  require("sgd", "weight decay", options.weight_decay, INFINITY);
}

void SGD::update(DType dtype, void* weight, const void* gradient, void* const* states,
                 std::int64_t n) const {
  kernels_in_use().optimizer.sgd[static_cast<int>(dtype)](
      weight, gradient, options_.momentum != 0 ? states[0] : nullptr, n,
      {learning_rate(), options_.momentum, options_.weight_decay});
}

Adam::Adam(const Module& model, const AdamOptions& options) : Adam(Parameters(model), options) {}

Adam::Adam(const Parameters& parameters, const AdamOptions& options)
    : Optimizer("adam", parameters, options.learning_rate, 2), options_(options) {
  require("adam", "beta1", options.beta1, 1);
  require("adam", "beta2", options.beta2, 1);
  require("adam", "weight decay", options.weight_decay, INFINITY);
  // It divides where a gradient is 0; kernels take denormal numbers for 0.
  double smallest = DBL_MIN, largest = DBL_MAX;
  for (const auto& [path, parameter] : parameters)
    if (parameter->leaf().dtype() == DType::float32) smallest = FLT_MIN, largest = FLT_MAX;
  if (!(options.epsilon >= smallest && options.epsilon <= largest))
    throw Error(text("adam: an epsilon of ", options.epsilon, "; it must be from ", smallest,
                     " to ", largest, ", try 1e-8"));
}

void Adam::update(DType dtype, void* weight, const void* gradient, void* const* states,
                  std::int64_t n) const {
  const auto t = static_cast<double>(steps());
  if (!kernels_in_use().optimizer.adam[static_cast<int>(dtype)](
          weight, gradient, states[0], states[1], n,
          {learning_rate(), options_.beta1, options_.beta2, options_.epsilon, options_.weight_decay,
           1 - std::pow(options_.beta1, t), 1 - std::pow(options_.beta2, t)}))
    throw Error(not_finite);
}

}  // namespace ebb::nn
