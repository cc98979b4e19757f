// One run of a model over a batch: where its random numbers come from, and what it may learn.
#pragma once

#include <memory>
#include <tensor/random.hpp>
#include <utility>
#include <vector>

namespace ebb::nn {

class Buffer;  // nn/buffer.hpp
struct BufferNumbers;

// What the buffers of a model become, for Pass.
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
// trains, drops out and learns. Nothing changes during a forward pass: what buffers become is noted
// here, and they take it by apply(), after the optimizer's step. For one thread.
//     Pass pass{random, true};
//     const Variable loss = mse_loss(model(x, pass), y);
//     optimizer.step(backward(loss), pass);  // the weights learn, then the buffers
// A training pass that ends with notes that nobody applied is a mistake, and the next use of such a
// buffer throws Error; discard() says that it was meant. Where an exception ends the pass, buffers
// stay as they were and nothing is said.
struct Pass final {
  Random& noise;
  bool training = false;  // false: what is random draws, but nothing drops out and nothing learns
  Notes notes = {};

  // The buffer takes this value by apply(). A second note of a buffer replaces the first. Throws
  // Error unless the pass trains, ShapeError and DTypeError where the value does not fit.
  void note(const Buffer& buffer, Tensor becomes);
  // What the buffer becomes, or its value where nothing is noted: what a layer that is used twice
  // in a pass goes on from.
  const Tensor& latest(const Buffer& buffer) const;
  void apply() noexcept;
  void discard() noexcept;
};

}  // namespace ebb::nn
