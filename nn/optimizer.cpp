#include <algorithm>
#include <cmath>
#include <nn/optimizer.hpp>
#include <tensor/isa.hpp>
#include <tensor/makers.hpp>
#include <tensor/parallel.hpp>
#include <tensor/views.hpp>
#include <tensor/walk.hpp>

namespace ebb::nn {
namespace {

constexpr std::int64_t grain = 16384;  // weights of a piece

constexpr std::size_t most_names = 4;  // that a message lists

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

}  // namespace

Optimizer::Optimizer(const char* name, const Module& model, double learning_rate, int states)
    : name_(name) {
  set_learning_rate(learning_rate);
  for (const auto& [path, parameter] : Parts(model).parameters) {
    if (parameter->frozen()) continue;
    if (!parameter->has_value())
      throw Error(text(name, ": ", path, ' ', parameter->shape(),
                       " has no numbers yet; call initialize(model) or load(model, path) first"));
    Slot slot = {path, parameter->leaf(), {}};
    for (int i = 0; i < states; ++i)
      slot.states.push_back(zeros({slot.leaf.count()}, slot.leaf.dtype()));
    slots_.push_back(std::move(slot));
  }
}

void Optimizer::set_learning_rate(double rate) {
  require(name_, "learning rate", rate, INFINITY);
  learning_rate_ = rate;
}

void Optimizer::compare(const Gradients& gradients) const {
  std::vector<std::string> strange, idle;
  for (const auto& [leaf, gradient] : gradients.entries())
    if (std::none_of(slots_.begin(), slots_.end(),
                     [&node = leaf](const Slot& slot) { return slot.leaf.node() == node; }))
      strange.push_back(text(leaf->where.empty() ? "a leaf" : leaf->where, ' ', leaf->shape));
  for (const Slot& slot : slots_)
    if (steps_ == 0 && !gradients.find(slot.leaf))
      idle.push_back(text(slot.path, ' ', slot.leaf.shape()));
  std::string differences;
  if (!strange.empty())
    append(
        differences,
        text(": ", first_of(strange), strange.size() == 1 ? " gets" : " get",
             " a gradient but this optimizer does not update ", strange.size() == 1 ? "it" : "them",
             "; try the optimizer of the whole model, made after initialize, or freeze that part"));
  if (!idle.empty())
    append(differences, text(strange.empty() ? ": " : "; ", first_of(idle),
                             idle.size() == 1 ? " is held but gets no gradient; use it"
                                              : " are held but get no gradient; use them",
                             " in the loss, or freeze that part"));
  if (!differences.empty()) throw Error(name_ + differences);
}

void Optimizer::step(const Gradients& gradients) {
  // Everything that may fail comes before the first change.
  std::vector<std::pair<const Slot*, Tensor>> used;  // gradients, some of which had to be copied
  for (const Slot& slot : slots_)
    if (const Tensor* gradient = gradients.find(slot.leaf))
      used.emplace_back(&slot, laid_out_like(slot.leaf.value(), *gradient));
  if (steps_ == 0 || used.size() < gradients.entries().size()) compare(gradients);

  // Each thread gets a stretch of every parameter: the one whose gradient it has computed, since a
  // product is cut like this as well. What another core has written is slow to come.
  struct Piece {
    const Slot* slot;
    const Tensor* gradient;
    std::int64_t begin, count;
  };
  std::vector<Piece> pieces;
  for (std::int64_t part = 0, parts = threads(); part < parts; ++part)
    for (const auto& [slot, gradient] : used) {
      const std::int64_t all = (gradient.count() + grain - 1) / grain;
      for (std::int64_t i = part * all / parts; i < (part + 1) * all / parts; ++i)
        pieces.push_back(
            {slot, &gradient, i * grain, std::min(grain, gradient.count() - i * grain)});
    }

  ++steps_;
  for (const auto& [slot, gradient] : used) slot->leaf.value().storage()->note_write();
  parallel_for(static_cast<std::int64_t>(pieces.size()), 1,
               [&](std::int64_t first, std::int64_t last) {
                 for (std::int64_t i = first; i < last; ++i) {
                   const auto& [slot, gradient, begin, count] = pieces[static_cast<std::size_t>(i)];
                   const DType dtype = gradient->dtype();
                   const auto bytes = static_cast<std::int64_t>(size_of(dtype)) * begin;
                   void* states[2] = {};
                   for (std::size_t j = 0; j < slot->states.size(); ++j)
                     states[j] = static_cast<char*>(slot->states[j].raw()) + bytes;
                   update(dtype, static_cast<char*>(slot->leaf.value().raw()) + bytes,
                          static_cast<const char*>(gradient->raw()) + bytes, states, count);
                 }
               });
}

OptimizerState Optimizer::state() const {
  OptimizerState state = {steps_, {}};
  for (const Slot& slot : slots_)
    for (const Tensor& numbers : slot.states) state.numbers.push_back(clone(numbers));
  return state;
}

void Optimizer::restore(const OptimizerState& state) {
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
}

SGD::SGD(const Module& model, const SGDOptions& options)
    : Optimizer("sgd", model, options.learning_rate, options.momentum != 0 ? 1 : 0),
      options_(options) {
  require("sgd", "momentum", options.momentum, 1);
  require("sgd", "weight decay", options.weight_decay, INFINITY);
}

void SGD::update(DType dtype, void* weight, const void* gradient, void* const* states,
                 std::int64_t n) const {
  kernels_in_use().optimizer.sgd[static_cast<int>(dtype)](
      weight, gradient, states[0], n, {learning_rate(), options_.momentum, options_.weight_decay});
}

Adam::Adam(const Module& model, const AdamOptions& options)
    : Optimizer("adam", model, options.learning_rate, 2), options_(options) {
  require("adam", "beta1", options.beta1, 1);
  require("adam", "beta2", options.beta2, 1);
  require("adam", "epsilon", options.epsilon, INFINITY);
  require("adam", "weight decay", options.weight_decay, INFINITY);
}

void Adam::update(DType dtype, void* weight, const void* gradient, void* const* states,
                  std::int64_t n) const {
  const auto t = static_cast<double>(steps());
  kernels_in_use().optimizer.adam[static_cast<int>(dtype)](
      weight, gradient, states[0], states[1], n,
      {learning_rate(), options_.beta1, options_.beta2, options_.epsilon, options_.weight_decay,
       1 - std::pow(options_.beta1, t), 1 - std::pow(options_.beta2, t)});
}

}  // namespace ebb::nn
