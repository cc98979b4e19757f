// Numbers of a model that do not come from gradients: a running mean, a count of batches.
#pragma once

#include <memory>
#include <nn/parameter.hpp>
#include <optional>
#include <string>

namespace ebb::nn {

struct BufferOptions {
  Start start = {};                 // makes its first numbers; none: zeros
  std::optional<DType> dtype = {};  // fixed, whatever initialize asks for: int32 for counts
};

// A buffer shares these with the passes that noted its next value, so the buffer may move
// meanwhile.
struct BufferNumbers {
  Tensor value;
  bool has_value = false;
  bool forgotten = false;  // a note of it was never applied
};

// A tensor that is saved and loaded with the model and that no optimizer holds. It changes only by
// set, or when a training pass is applied (nn/pass.hpp). Copying a Buffer copies its numbers,
// moving it keeps them. An int32 buffer is saved as I64, as PyTorch has its counts.
class Buffer final {
 public:
  explicit Buffer(const Shape& shape, const BufferOptions& options = {});
  Buffer(const Buffer& other);
  Buffer(Buffer&& other) noexcept = default;
  Buffer& operator=(const Buffer& other) { return *this = Buffer(other); }
  Buffer& operator=(Buffer&& other) noexcept = default;

  // A constant for whoever computes with it. Throws Error where it has no numbers yet, and, once,
  // where a pass noted new ones and ended without apply() or discard().
  const Tensor& value() const;

  const Shape& shape() const { return shape_; }
  const BufferOptions& options() const { return options_; }
  [[nodiscard]] bool has_value() const { return held_ != nullptr && held_->has_value; }
  DType dtype() const { return held_->value.dtype(); }  // of its numbers
  const std::string& path() const { return path_; }

  void set_path(const std::string& path) { path_ = path; }
  // Takes the numbers; they may be of another floating dtype unless the buffer has one of its own.
  // Throws ShapeError and DTypeError where they do not fit.
  void set(const Tensor& value);
  void initialize(Random random, DType dtype);  // makes its first numbers again

 private:
  friend class Notes;
  std::string name() const;
  void check(const Tensor& value) const;

  Shape shape_;
  BufferOptions options_;
  std::string path_;
  std::shared_ptr<BufferNumbers> held_;
};

}  // namespace ebb::nn
