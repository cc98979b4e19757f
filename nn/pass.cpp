#include <exception>
#include <nn/buffer.hpp>
#include <nn/pass.hpp>

namespace ebb::nn {

Notes::Notes() : unwinding_(std::uncaught_exceptions()) {}

// A destructor cannot throw, so the buffers do at their next use.
Notes::~Notes() {
  if (std::uncaught_exceptions() > unwinding_) return;
  for (const auto& [held, becomes] : list_) held->forgotten = true;
}

const Tensor* Notes::find(const Buffer& buffer) const {
  for (const auto& [held, becomes] : list_)
    if (held == buffer.held_) return &becomes;
  return nullptr;
}

void Notes::add(const Buffer& buffer, Tensor becomes) {
  static_cast<void>(buffer.value());  // throws where an earlier pass was not applied
  buffer.check(becomes);
  for (auto& [held, before] : list_)
    if (held == buffer.held_) {
      before = std::move(becomes);
      return;
    }
  list_.emplace_back(buffer.held_, std::move(becomes));
}

void Pass::note(const Buffer& buffer, Tensor becomes) {
  if (!training)
    throw Error(text("pass: ", buffer.path().empty() ? "a buffer" : buffer.path(), ' ',
                     buffer.shape(), " cannot learn in a pass that does not train; ",
                     "try Pass{random, true}, or ask pass.training first"));
  notes.add(buffer, std::move(becomes));
}

const Tensor& Pass::latest(const Buffer& buffer) const {
  const Tensor* const noted = notes.find(buffer);
  return noted != nullptr ? *noted : buffer.value();
}

void Pass::apply() noexcept {
  for (auto& [held, becomes] : notes.list_) held->value = std::move(becomes);
  notes.list_.clear();
}

void Pass::discard() noexcept { notes.list_.clear(); }

}  // namespace ebb::nn
