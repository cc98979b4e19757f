#include <algorithm>
#include <cmath>
#include <nn/optimizer.hpp>
#include <tensor/isa.hpp>
#include <tensor/parallel.hpp>
#include <tensor/views.hpp>
#include <tensor/walk.hpp>

namespace ebb::nn {
namespace {

constexpr std::int64_t grain = 16384;  // weights of a piece

// NaN is in no range.
void require(const char* name, const char* option, double value, double least, double below) {
  if (!(value >= least && value < below))
    throw Error(text(name, ": a ", option, " of ", value, "; it must be at least ", least,
                     " and below ", below));
}

// The gradient in the memory order of its weight.
Tensor laid_out_like(const Tensor& weight, const Tensor& gradient) {
  if (gradient.strides() == weight.strides()) return gradient;
  return contiguous(permute(gradient, detail::memory_order(weight.strides())));
}

struct Piece {
  DType dtype;
  char* weight;
  const char* gradient;
  char* states[2];
  std::int64_t count;
};

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
  require(name_, "learning rate", rate, 0, INFINITY);
  learning_rate_ = rate;
}

void Optimizer::compare(const Gradients& gradients) const {
  std::string differences;
  const auto add = [&](const std::string& difference) {
    append(differences, differences.empty() ? ": " : "; ");
    append(differences, difference);
  };
  for (const auto& entry : gradients.entries())
    if (std::none_of(slots_.begin(), slots_.end(),
                     [&](const Slot& slot) { return slot.leaf.node() == entry.leaf; }))
      add(text(entry.leaf->where.empty() ? "a leaf" : entry.leaf->where, ' ', entry.leaf->shape,
               " gets a gradient but this optimizer does not update it (make the optimizer of the "
               "whole model, or freeze that part)"));
  for (const Slot& slot : slots_)
    if (!gradients.find(slot.leaf))
      add(text(slot.path, ' ', slot.leaf.shape(),
               " is held but gets no gradient (use it in the loss, or freeze it)"));
  if (!differences.empty()) throw Error(name_ + differences);
}

void Optimizer::step(const Gradients& gradients) {
  if (steps_ == 0) compare(gradients);
  ++steps_;
  std::vector<Piece> pieces;
  std::vector<Tensor> ordered;  // keeps gradients alive that had to be copied
  for (Slot& slot : slots_) {
    const Tensor* gradient = gradients.find(slot.leaf);
    if (gradient == nullptr) continue;
    const Tensor& weight = slot.leaf.value();
    ordered.push_back(laid_out_like(weight, *gradient));
    weight.storage()->note_write();
    const auto bytes = static_cast<std::int64_t>(size_of(weight.dtype()));
    for (std::int64_t begin = 0; begin < weight.count(); begin += grain) {
      Piece piece = {weight.dtype(),
                     static_cast<char*>(weight.raw()) + begin * bytes,
                     static_cast<const char*>(ordered.back().raw()) + begin * bytes,
                     {},
                     std::min(grain, weight.count() - begin)};
      for (std::size_t i = 0; i < slot.states.size(); ++i)
        piece.states[i] = static_cast<char*>(slot.states[i].raw()) + begin * bytes;
      pieces.push_back(piece);
    }
  }
  parallel_for(static_cast<std::int64_t>(pieces.size()), 1,
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t i = begin; i < end; ++i) {
                   const Piece& piece = pieces[static_cast<std::size_t>(i)];
                   void* const states[] = {piece.states[0], piece.states[1]};
                   update(piece.dtype, piece.weight, piece.gradient, states, piece.count);
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
  count = 0;
  for (Slot& slot : slots_)
    for (Tensor& numbers : slot.states) numbers = clone(state.numbers[count++]);
  steps_ = state.steps;
}

SGD::SGD(const Module& model, const SGDOptions& options)
    : Optimizer("sgd", model, options.learning_rate, options.momentum != 0 ? 1 : 0),
      options_(options) {
  require("sgd", "momentum", options.momentum, 0, 1);
  require("sgd", "weight decay", options.weight_decay, 0, INFINITY);
}

void SGD::update(DType dtype, void* weight, const void* gradient, void* const* states,
                 std::int64_t n) const {
  kernels_in_use().optimizer.sgd[static_cast<int>(dtype)](
      weight, gradient, states[0], n, {learning_rate(), options_.momentum, options_.weight_decay});
}

Adam::Adam(const Module& model, const AdamOptions& options)
    : Optimizer("adam", model, options.learning_rate, 2), options_(options) {
  require("adam", "beta1", options.beta1, 0, 1);
  require("adam", "beta2", options.beta2, 0, 1);
  require("adam", "epsilon", options.epsilon, 0, INFINITY);
  require("adam", "weight decay", options.weight_decay, 0, INFINITY);
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
