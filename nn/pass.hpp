// One run of a model over a batch: where its random numbers come from, and what it may learn.
#pragma once

#include <memory>
#include <tensor/random.hpp>
#include <utility>
#include <vector>

namespace ebb::nn {

class Buffer;  // nn/buffer.hpp
struct BufferNumbers;

// The next values of a model's buffers, as a Pass notes them.
class Notes final {
 public:
  Notes();
  ~Notes();
  Notes(const Notes&) = delete;
  Notes& operator=(const Notes&) = delete;

 private:
  friend struct Pass;
  const Tensor* find(const Buffer& buffer) const;  // nullptr where nothing is noted
  void add(const Buffer& buffer, Tensor becomes);

  int unwinding_;  // exceptions in flight when it was made
  std::vector<std::pair<std::shared_ptr<BufferNumbers>, Tensor>> list_;
};

// model(x) runs a model as it will be used; model(x, pass) draws random numbers and, where the pass
// trains, drops out and learns. Nothing changes during a forward pass: the pass notes the next
// values of buffers, and apply() gives them to the buffers, after the optimizer's step. For one
// thread.
//     Pass pass{random, true};
//     const Variable loss = mse_loss(model(x, pass), y);
//     optimizer.step(backward(loss), pass);  // the weights learn, then the buffers
// A training pass must not end with notes that were not applied: the next use of such a buffer
// throws Error. Call discard() to drop the notes on purpose. Where an exception ends the pass,
// buffers stay as they were and nothing is said.
struct Pass final {
  Random& noise;
  bool training = false;  // false: samples are drawn, but nothing drops out and no buffer changes
  Notes notes = {};

  // apply() will give the buffer this value. A second note of a buffer replaces the first. Throws
  // Error unless the pass trains, ShapeError and DTypeError where the value does not fit.
  void note(const Buffer& buffer, Tensor becomes);
  // The value noted for the buffer, or its own where nothing is noted. A layer that is used twice
  // in a pass goes on from this.
  const Tensor& latest(const Buffer& buffer) const;
  void apply() noexcept;
  void discard() noexcept;
};

}  // namespace ebb::nn
